internal import FoundationEssentials
internal import Glibc

/// Reads a whole journal, checks what only shows in all of it, and holds against it what was said of it at other times. It changes
/// nothing, and needs no lock: a daemon may be at work in the folder.
///
/// What it holds in memory does not grow with the journal, but for open intents and 15 octets a serial number.
package struct JournalVerification: ~Copyable {
    /// What the journal cannot say of itself.
    package struct Evidence {
        /// Checkpoints that were kept elsewhere, and the names of their files.
        package var checkpoints: [(checkpoint: Checkpoint, file: String)] = []
        /// What a checkpoint's signature is worth.
        package var signature: (Checkpoint) -> CheckpointFinding.Signature = { _ in .unvouched }
        /// Whether a signature is the authority's over what was to be signed; `nil` where there is nothing to tell it by.
        package var isAuthentic: ((Intent, Issued) -> Bool?)?
        /// The same of the octets of a certificate that was taken over.
        package var isAuthenticImport: ((ImportedCertificate) -> Bool?)?

        package init() {}
    }

    private let directory: String
    private let archives: [String]
    private let operations: FileOperations
    private let evidence: Evidence
    /// How often to look again where the end seems torn or damaged.
    private let attempts: Int
    private var reader: JournalReader
    private var report: JournalReport
    private var used = UsedNumbers()
    private var recent = RecentHashes()
    /// What is to be signed, until its outcome comes.
    private var intents: [UInt64: Intent] = [:]
    /// Those that were given, by the record that they speak of, until it comes.
    private var expected: [UInt64: [(checkpoint: Checkpoint, file: String)]] = [:]
    /// On record, and speaking of a record that is too far behind.
    private var late: [(checkpoint: Checkpoint, record: UInt64)] = []
    /// Serial numbers that share a fingerprint with another, and so perhaps more.
    private var suspects: Set<[UInt8]> = []
    /// Of every authority that a record names.
    private var keys: Set<[UInt8]> = []
    private var hasGrown = false

    /// - Parameters:
    ///   - archives: folders to which the oldest segments were moved: they are read with it.
    ///   - progress: told now and then how many octets of how many were read.
    /// - Throws: `LedgerError` where there is no journal that this process can read. Whatever else is wrong is in the report.
    package static func verify(
        directory: String, archives: [String] = [], evidence: Evidence = Evidence(),
        operations: FileOperations = .system, progress: (_ octets: Int, _ total: Int) -> Void = { _, _ in }
    ) throws(LedgerError) -> JournalReport {
        try verify(
            directory: directory, archives: archives, evidence: evidence, operations: operations, attempts: 10,
            progress: progress)
    }

    static func verify(
        directory: String, archives: [String] = [], evidence: Evidence, operations: FileOperations, attempts: Int,
        progress: (_ octets: Int, _ total: Int) -> Void
    ) throws(LedgerError) -> JournalReport {
        let names = try operations.names(in: directory)
        let kept = names.filter(SegmentName.isTorn)
        var total = 0
        do {
            for file in try SegmentFile.list(directory, archives: archives, operations) {
                total += try operations.size(of: file.path)
            }
            var verification = try JournalVerification(directory, archives, evidence, operations, attempts)
            verification.report.keptFiles = kept
            verification.run { progress($0, total) }
            return verification.report
        } catch {
            guard error.isOfContents, names.contains(where: { SegmentName($0) != nil }) else { throw error }
            var report = JournalReport(journalID: nil, firstRecord: 0)
            report.keptFiles = kept
            report.add(.unreadable(error))
            return report
        }
    }

    private init(
        _ directory: String, _ archives: [String], _ evidence: Evidence, _ operations: FileOperations, _ attempts: Int
    ) throws(LedgerError) {
        self.directory = directory
        self.archives = archives
        self.operations = operations
        self.evidence = evidence
        self.attempts = attempts
        reader = try JournalReader(directory: directory, archives: archives, operations: operations)
        report = JournalReport(journalID: reader.journalID, firstRecord: reader.firstSequence)
        for given in evidence.checkpoints { expected[given.checkpoint.statement.sequence, default: []].append(given) }
    }

    private mutating func run(progress: (Int) -> Void) {
        var isReadable = true
        var told = 0
        do {
            while let record = try next() {
                examine(record)
                if reader.octets - told >= 1 << 20 {
                    told = reader.octets
                    progress(told)
                }
            }
            noteEnd()
        } catch {
            isReadable = false
            report.add(.unreadable(error))
        }
        progress(reader.octets)
        report.segments = reader.segmentsRead
        report.octets = reader.octets
        report.openIntents = reader.unanswered
        for key in keys { report.crlNumbers[key] = used.lastCRLNumber(ofKey: key) }
        for given in expected.values.joined() {
            noteGiven(
                given, beforeBeginning(given.checkpoint.statement) ?? (isReadable ? .beyondEnd : .notReached))
        }
        judgeArchived()
        if !archives.isEmpty, isReadable, report.firstRecord > 1 {
            report.add(.archiveIncomplete(before: report.firstRecord))
        }
        report.givenCheckpoints.sort { $0.checkpoint.statement.sequence < $1.checkpoint.statement.sequence }
        lookAgain()
    }

    /// The next record. What a daemon was writing as it was read looks torn, or even damaged, with the next batch behind it already; read
    /// again it does not, and damage does.
    private mutating func next() throws(LedgerError) -> JournalRecord? {
        var attempt = 0
        while true {
            do {
                if let record = try reader.next() {
                    hasGrown = hasGrown || attempt > 0
                    return record
                }
                guard reader.end?.tornOctets ?? 0 > 0, !hasGrown, attempt < attempts else { return nil }
            } catch .corrupted(let path, let offset, let sequence, let reason) {
                guard attempt < attempts else {
                    throw .corrupted(path: path, offset: offset, sequence: sequence, reason: reason)
                }
            }
            attempt += 1
            usleep(25_000)
            try reader.refresh()
        }
    }

    private mutating func noteEnd() {
        guard let end = reader.end, end.tornOctets > 0 else {
            if hasGrown { report.tail = .growing(octets: 0) }
            return
        }
        if hasGrown {
            report.tail = .growing(octets: end.tornOctets)
        } else {
            report.tail = .torn(octets: end.tornOctets)
            report.add(.torn(path: end.path, octets: end.tornOctets, after: report.head))
        }
    }

    private mutating func examine(_ record: JournalRecord) {
        report.count(record)
        recent.add(record)
        if let key = record.body.authorityKeyID { keys.insert(key) }
        switch used.use(record.body) {
        case .serialReused:
            if case .intent(let intent) = record.body, suspects.count < JournalReport.maximumFaults {
                suspects.insert(intent.serial)
            }
        case .crlNumberReused(let number, let last):
            report.add(.crlNumberNotRising(record: record.sequence, number: number, last: last))
        default: break
        }
        for given in expected.removeValue(forKey: record.sequence) ?? [] {
            noteGiven(given, given.checkpoint.statement.head == record.hash ? .holds : .differs)
        }
        switch record.body {
        case .intent(let intent): if evidence.isAuthentic != nil { intents[record.sequence] = intent }
        case .issued(let issued, let intent): examine(issued, of: intent, in: record)
        case .importedCertificate(let imported):
            guard let isAuthentic = evidence.isAuthenticImport else { return }
            judge(isAuthentic(imported), of: record.sequence, imported.certificateID, in: record)
        case .abandoned(let abandonment, _, let intent):
            intents[intent] = nil
            if abandonment.outcome == .possiblySigned { report.possiblySigned += 1 }
        case .crlIntent(let crl):
            if crl.basis >= record.sequence { report.add(.crlAhead(record: record.sequence, basis: crl.basis)) }
        case .checkpoint(let checkpoint): examine(checkpoint, record.sequence)
        case .archived(let archived):
            for floor in archived.floors { keys.insert(floor.authorityKeyID) }
            report.lastArchived = (record.sequence, archived)
        case .restored(let restored):
            for floor in restored.floors { keys.insert(floor.authorityKeyID) }
            report.restorations = report.restorations.suffix(99) + [(record.sequence, restored)]
        default: break
        }
    }

    private mutating func examine(_ issued: Issued, of number: UInt64, in record: JournalRecord) {
        guard let isAuthentic = evidence.isAuthentic else { return }
        judge(
            intents.removeValue(forKey: number).flatMap { isAuthentic($0, issued) }, of: number,
            issued.certificateID, in: record)
    }

    private mutating func judge(_ verdict: Bool?, of intent: UInt64, _ certificateID: UUID, in record: JournalRecord) {
        switch verdict {
        case true?: report.signaturesValid += 1
        case false?:
            report.add(.signatureInvalid(record: record.sequence, intent: intent, certificateID: certificateID))
        case nil: report.signaturesUnjudged += 1
        }
    }
}

extension JournalVerification {
    /// Who makes a journal anew can let it begin behind everything that anybody has a checkpoint of. What it says of its beginning is believed
    /// where a checkpoint that was kept elsewhere speaks of that, too.
    private mutating func judgeArchived() {
        let isVouched = report.givenCheckpoints.contains { finding in
            finding.verdict == .holds && !finding.isFault
                && finding.checkpoint.statement.sequence >= report.lastArchived?.record ?? .max
        }
        guard !isVouched else { return }
        for finding in report.givenCheckpoints where finding.verdict == .archived { report.add(.checkpoint(finding)) }
    }

    /// What the journal says to a checkpoint of an archived record; `nil` for that of another.
    private func beforeBeginning(_ statement: Checkpoint.Statement) -> CheckpointFinding.Verdict? {
        guard statement.sequence < reader.beginning.next else { return nil }
        guard statement.sequence == reader.beginning.next - 1 else { return .archived }
        return statement.head == reader.beginning.head ? .holds : .differs
    }

    private mutating func examine(_ checkpoint: Checkpoint, _ record: UInt64) {
        let sequence = checkpoint.statement.sequence
        if let verdict = beforeBeginning(checkpoint.statement) {
            noteRecorded(checkpoint, record, verdict)
        } else if let hash = recent[sequence], sequence < record {
            noteRecorded(checkpoint, record, checkpoint.statement.head == hash ? .holds : .differs)
        } else if sequence < record {
            late.append((checkpoint, record))
        } else {
            noteRecorded(checkpoint, record, .differs)
        }
    }

    private mutating func noteRecorded(
        _ checkpoint: Checkpoint, _ record: UInt64, _ verdict: CheckpointFinding.Verdict
    ) {
        report.recordedCheckpoints += 1
        let isOurs = checkpoint.statement.journalID == report.journalID
        let finding = CheckpointFinding(
            checkpoint: checkpoint, source: .record(record), verdict: isOurs ? verdict : .otherJournal,
            signature: evidence.signature(checkpoint))
        if finding.isFault { report.add(.checkpoint(finding)) } else { report.lastRecordedCheckpoint = finding }
    }

    private mutating func noteGiven(
        _ given: (checkpoint: Checkpoint, file: String), _ verdict: CheckpointFinding.Verdict
    ) {
        let isOurs = given.checkpoint.statement.journalID == report.journalID
        let finding = CheckpointFinding(
            checkpoint: given.checkpoint, source: .file(given.file), verdict: isOurs ? verdict : .otherJournal,
            signature: evidence.signature(given.checkpoint))
        report.givenCheckpoints.append(finding)
        if finding.isFault { report.add(.checkpoint(finding)) }
    }

    /// Reads it a second time for what could not be told in the first: rarely.
    private mutating func lookAgain() {
        guard !suspects.isEmpty || !late.isEmpty else { return }
        var hashes: [UInt64: RecordHash] = [:]
        for (checkpoint, _) in late { hashes[checkpoint.statement.sequence] = .zero }
        var records: [[UInt8]: [UInt64]] = [:]
        do {
            var again = try JournalReader(directory: directory, archives: archives, operations: operations)
            while let record = try again.next(), record.sequence <= report.head {
                if hashes[record.sequence] != nil { hashes[record.sequence] = record.hash }
                let serial: [UInt8]? =
                    switch record.body {
                    case .intent(let intent): intent.serial
                    case .importedCertificate(let certificate): certificate.serial
                    default: nil
                    }
                if let serial, suspects.contains(serial) { records[serial, default: []].append(record.sequence) }
            }
        } catch {}  // What cannot be read is in the report already.
        for (checkpoint, record) in late {
            let holds = checkpoint.statement.head == hashes[checkpoint.statement.sequence]
            noteRecorded(checkpoint, record, holds ? .holds : .differs)
        }
        // One record alone shares a fingerprint with another serial number, and nothing else.
        for (serial, records) in records where records.count > 1 {
            report.add(.serialRepeated(serial, records: records))
        }
    }
}

extension LedgerError {
    /// Whether it is about what is in a journal, and not about reaching it.
    fileprivate var isOfContents: Bool {
        switch self {
        case .corrupted, .genesisMissing, .segmentMissing, .unsupportedFormat, .unknownRecord, .alienFile: true
        default: false
        }
    }
}
