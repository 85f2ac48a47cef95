import Foundation
import Testing
import Timekeeping

@testable import Ledger

@Suite("Verification")
struct VerificationTests {
    /// What somebody did to a journal, and the faults that show it.
    struct Tampering: Sendable, CustomTestStringConvertible {
        let testDescription: String
        /// Whether a checkpoint of record 12 was kept elsewhere.
        var keepsCheckpoint = false
        var expected: [String]
        let tamper: @Sendable (inout LaidOutJournal, inout [LaidOutJournal.File]) -> Void

        init(
            _ description: String, keepsCheckpoint: Bool = false, _ expected: String...,
            tamper: @escaping @Sendable (inout LaidOutJournal, inout [LaidOutJournal.File]) -> Void
        ) {
            testDescription = description
            self.keepsCheckpoint = keepsCheckpoint
            self.expected = expected
            self.tamper = tamper
        }
    }

    /// The octets of a batch, by what they are.
    private static let octetClasses: [(String, Int)] = [
        ("magic", 0), ("number of records", 7), ("octets of the records", 11), ("first sequence number", 19),
        ("hash of the last record", 20), ("check", 52), ("length of a body", 68 + 3), ("kind", 68 + 5),
        ("version", 68 + 7),
        ("sequence number", 68 + 15), ("time", 68 + 23), ("hash of the record before", 68 + 24), ("body", 68 + 60),
    ]

    private static let changedOctets = octetClasses.map { name, offset in
        Tampering("an octet of a \(name) changed", "unreadable") { _, files in
            let batch = files[0].batches[5]
            var octets = batch.octets
            octets[offset] ^= 1
            files[0].batches[5] = .init(sequence: batch.sequence, hash: batch.hash, octets: octets)
        }
    }

    private static let moved: [Tampering] = [
        Tampering("a body edited, and its batch's header made to fit", "unreadable") { journal, files in
            files[0].batches[7] = journal.edited.files[0].batches[7]
        },
        Tampering("a record removed", "unreadable") { _, files in files[0].batches.remove(at: 7) },
        Tampering("two records exchanged", "unreadable") { _, files in files[0].batches.swapAt(7, 8) },
        Tampering("a record repeated", "unreadable") { _, files in
            files[0].batches.insert(files[0].batches[7], at: 8)
        },
        Tampering("a segment's end cut off", "unreadable") { _, files in files[0].batches.removeLast() },
        Tampering("the first segment removed", "unreadable") { _, files in files.removeFirst() },
        Tampering("another journal's segment put in", "unreadable") { journal, files in
            files[1] = LaidOutJournal(segments: journal.segments).files[1]
        },
        Tampering("a segment of the same journal with other records put in", "unreadable") { journal, files in
            files[1] = journal.edited.files[1]
        },
        Tampering("the last batch cut in its middle", "torn") { _, files in
            let last = files[1].batches.removeLast()
            files[1].batches.append(
                .init(sequence: last.sequence, hash: last.hash, octets: last.octets.dropLast(9)))
        },
    ]

    private static let madeAnew: [Tampering] = [
        Tampering("a record edited and all of the chain made anew, against the checkpoints on record", "checkpoint") {
            journal, files in
            files = journal.edited.files
        },
        Tampering("a record removed and all of the chain made anew, against the checkpoints on record", "checkpoint") {
            journal, files in
            files = journal.withoutRevocation.files
        },
        Tampering(
            "the same with the checkpoints removed, against one kept elsewhere", keepsCheckpoint: true, "checkpoint"
        ) { journal, files in files = journal.edited.withoutCheckpoints.files },
        Tampering("the last record cut off, against a checkpoint kept elsewhere", keepsCheckpoint: true) { _, files in
            files[1].batches.removeLast()
        },
        Tampering(
            "one more cut off, against a checkpoint kept elsewhere", keepsCheckpoint: true, "checkpoint"
        ) { _, files in files[1].batches.removeLast(2) },
        Tampering(
            "the last segment removed, against a checkpoint kept elsewhere", keepsCheckpoint: true, "checkpoint"
        ) { _, files in files.removeLast() },
        Tampering(
            "another journal in its place, against a checkpoint kept elsewhere", keepsCheckpoint: true, "checkpoint"
        ) { _, files in files = LaidOutJournal.sample.files },
    ]

    private static let neverWritten: [Tampering] = [
        Tampering("a serial number used twice", "serialRepeated") { journal, files in
            if case .intent(let intent) = journal.segments[0][2] {
                journal.segments[1].append(.intent(sampleIntent(serial: intent.serial)))
            }
            files = journal.files
        },
        Tampering("a CRL's number used twice", "crlNumberNotRising") { journal, files in
            journal.segments[1].append(.crlIntent(sampleCRLIntent(number: 5)))
            files = journal.files
        },
        Tampering("a CRL that covers what was not there yet", "crlAhead") { journal, files in
            var crl = sampleCRLIntent(number: 6)
            crl.basis = 14
            journal.segments[1].append(.crlIntent(crl))
            files = journal.files
        },
        Tampering("a checkpoint of what was not there yet", "checkpoint") { journal, files in
            journal.segments[1].append(.checkpoint(journal.checkpoint(of: 14)))
            files = journal.files
        },
        Tampering("another journal's checkpoint", "checkpoint") { journal, files in
            journal.segments[1].append(.checkpoint(LaidOutJournal.sample.checkpoint(of: 4)))
            files = journal.files
        },
        Tampering("an outcome without intent", "unreadable") { journal, files in
            journal.segments[1].append(.issued(Issued(certificateID: UUID(), signature: [1]), intent: 12))
            files = journal.files
        },
    ]

    @Test("what was done to a journal is found", arguments: changedOctets + moved + madeAnew + neverWritten)
    func found(_ tampering: Tampering) throws {
        let temporary = try TemporaryJournal()
        var journal = LaidOutJournal.sample
        var evidence = JournalVerification.Evidence()
        if tampering.keepsCheckpoint { evidence.checkpoints = [(journal.checkpoint(of: 12), "kept.pem")] }
        var files = journal.files
        tampering.tamper(&journal, &files)
        try temporary.write(files)
        let report = try temporary.verify(evidence)
        #expect(Set(report.faults.map(\.name)) == Set(tampering.expected), "\(report.faults)")
        #expect(report.isSound == tampering.expected.isEmpty)
        #expect(report.faults.allSatisfy { !$0.description.isEmpty })
    }

    @Test("a sound journal is told in full")
    func sound() throws {
        let temporary = try TemporaryJournal()
        let journal = LaidOutJournal.sample
        try temporary.write(journal.files)
        var evidence = JournalVerification.Evidence()
        evidence.checkpoints = [(journal.checkpoint(of: 12), "kept.pem")]
        evidence.signature = { _ in .trusted }
        let report = try temporary.verify(evidence)
        #expect(report.faults == [])
        #expect(report.journalID == journal.journalID)
        #expect(report.head == 13)
        #expect(report.headHash == journal.hash(of: 13))
        #expect(report.segments == 2)
        #expect(report.octets == journal.files.map(\.octets.count).reduce(0, +))
        #expect(
            report.records == [
                "genesis": 1, "configurationLoaded": 1, "intent": 3, "issued": 4, "revoked": 1, "crlIntent": 1,
                "checkpoint": 2,
            ])
        #expect(report.recordedCheckpoints == 2)
        #expect(report.lastRecordedCheckpoint?.source == .record(11))
        #expect(report.givenCheckpoints.map(\.verdict) == [.holds])
        #expect(report.crlNumbers == [[1, 2, 3]: 5])
        #expect(report.tail == .whole)
    }

    @Test("a serial number used twice is found with all its records, one that was imported before among them")
    func serials() throws {
        let temporary = try TemporaryJournal()
        var journal = LaidOutJournal.sample
        journal.segments[1] += [
            .importedCertificate(sampleImportedCertificate(serial: [0x11])), .intent(sampleIntent(serial: [0x11])),
            .intent(sampleIntent(serial: [0x11])),
            // What was imported later is known twice, and was signed once.
            .intent(sampleIntent(serial: [0x12])),
            .importedCertificate(sampleImportedCertificate(serial: [0x12])),
        ]
        try temporary.write(journal.files)
        #expect(try temporary.verify().faults == [.serialRepeated([0x11], records: [14, 15, 16])])
    }

    @Test("every signature on record is judged over its own intent, where there is something to judge it by")
    func signatures() throws {
        let temporary = try TemporaryJournal()
        var journal = LaidOutJournal.sample
        guard case .issued(var issued, let intent) = journal.segments[0][6] else {
            throw CocoaError(.featureUnsupported)
        }
        issued.signature[0] ^= 1
        journal.segments[0][6] = .issued(issued, intent: intent)
        try temporary.write(journal.withoutCheckpoints.files)
        var evidence = JournalVerification.Evidence()
        evidence.isAuthentic = { $1.signature == sampleSignature(of: $0) }
        let report = try temporary.verify(evidence)
        #expect(
            report.faults == [.signatureInvalid(record: 7, intent: 6, certificateID: issued.certificateID)])
        #expect(report.signaturesValid == 2)
        // The CRL's.
        #expect(report.signaturesUnjudged == 1)
    }

    @Test("a certificate that was taken over is judged by itself")
    func importedSignatures() throws {
        let temporary = try TemporaryJournal()
        var journal = LaidOutJournal.sample.withoutCheckpoints
        let imported = [[0x31], [0x32], [0x33]].map { sampleImportedCertificate(serial: $0) }
        journal.segments[journal.segments.count - 1] += imported.map { .importedCertificate($0) }
        try temporary.write(journal.files)
        var evidence = JournalVerification.Evidence()
        let verdicts: [[UInt8]: Bool] = [[0x31]: true, [0x32]: false]
        evidence.isAuthenticImport = { verdicts[$0.serial] }
        let report = try temporary.verify(evidence)
        let forged = report.head - 1
        #expect(
            report.faults == [
                .signatureInvalid(record: forged, intent: forged, certificateID: imported[1].certificateID)
            ])
        #expect(report.signaturesValid == 1 && report.signaturesUnjudged == 1)
    }

    @Test(
        "a checkpoint that holds is a fault by its signature alone",
        arguments: [
            (CheckpointFinding.Signature.trusted, true), (.unvouched, true), (.foreignKey, false), (.invalid, false),
        ])
    func checkpointSignatures(_ signature: CheckpointFinding.Signature, _ isSound: Bool) throws {
        let temporary = try TemporaryJournal()
        try temporary.write(LaidOutJournal.sample.files)
        var evidence = JournalVerification.Evidence()
        evidence.signature = { _ in signature }
        #expect(try temporary.verify(evidence).isSound == isSound)
    }

    @Test("a checkpoint that speaks of a record far behind is held against it all the same")
    func farBehind() throws {
        let count = 1 << 16
        for isTrue in [true, false] {
            let temporary = try TemporaryJournal()
            var journal = LaidOutJournal.sample
            let checkpoint = (isTrue ? journal : journal.edited).checkpoint(of: 10)
            // In one batch each, so that it does not take long.
            var builder = BatchBuilder(journalID: journal.journalID, from: .start)
            let loaded = RecordBody.configurationLoaded(ConfigurationLoaded(configurationHash: [9]))
            journal.segments = [journal.segments[0] + journal.segments[1]]
            var file = journal.files[0]
            let chain = ChainPosition(next: 14, head: journal.hash(of: 13))
            builder.build(
                [RecordBody](repeating: loaded, count: count) + [.checkpoint(checkpoint)], at: journal.time, from: chain
            )
            file.batches.append(.init(sequence: 14, hash: builder.end.head, octets: builder.bytes))
            try temporary.write([file])
            let report = try temporary.verify()
            #expect(report.recordedCheckpoints == 3)
            #expect(report.isSound == isTrue)
        }
    }

    @Test("what cannot be read at all is an error, what is wrong in it a fault")
    func absent() throws {
        let temporary = try TemporaryJournal()
        #expect(throws: LedgerError.self) { try temporary.verify() }
        try temporary.write([])
        #expect(throws: LedgerError.absent(directory: temporary.path)) { try temporary.verify() }
        try temporary.write([1], to: "notes.txt")
        #expect(throws: LedgerError.self) { try temporary.verify() }
        try temporary.write(LaidOutJournal.sample.files)
        #expect(try temporary.verify().faults.map(\.name) == ["unreadable"])
    }

    @Test("what a daemon is writing is read as far as it is whole, and is no fault")
    func growing() throws {
        let temporary = try TemporaryJournal()
        let journal = LaidOutJournal.sample
        let whole = journal.files
        var cut = whole
        let last = cut[1].batches.removeLast()
        cut[1].batches.append(.init(sequence: last.sequence, hash: last.hash, octets: last.octets.dropLast(9)))
        try temporary.write(cut)
        // The rest of the batch is there when the end has been looked at for the first time.
        let file = temporary.path + "/" + whole[1].name
        let reads = Counter()
        let operations = FileOperations { operation, path, _ in
            if operation == .status, path == file {
                reads.add()
                if reads.value == 3 { try? Data(whole[1].octets).write(to: URL(fileURLWithPath: path)) }
            }
            return nil
        }
        let report = try JournalVerification.verify(directory: temporary.path, operations: operations)
        #expect(report.faults == [])
        #expect(report.head == 13)
        #expect(report.tail == .growing(octets: 0))
    }

    @Test("all kinds of records keep their names")
    func kindNames() {
        #expect(
            RecordKind.allCases.map(\.name) == [
                "genesis", "configurationLoaded", "intent", "issued", "abandoned", "revoked", "crlIntent", "checkpoint",
                "importedCertificate", "importedCRL", "restored", "archived",
            ])
    }
}
