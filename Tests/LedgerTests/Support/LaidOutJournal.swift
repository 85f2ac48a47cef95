import Foundation
import Timekeeping

@testable import Ledger

/// A journal laid out by hand, a record a batch: by a test, or by someone who knows the format and may write to the folder.
struct LaidOutJournal {
    var journalID = UUID()
    /// Those of each segment. What a body says of others is for whoever makes it to get right.
    var segments: [[RecordBody]]
    var time = Instant.seconds(1_800_000_000)

    /// One batch of a laid-out file.
    struct Batch {
        let sequence: UInt64
        let hash: RecordHash
        let octets: [UInt8]
    }

    /// A segment's file.
    struct File {
        let name: String
        let header: [UInt8]
        var batches: [Batch]
        var octets: [UInt8] { header + batches.flatMap(\.octets) }
    }

    /// Chains everything anew.
    var files: [File] {
        var files: [File] = []
        var chain = ChainPosition.start
        for bodies in segments {
            var file = File(
                name: "\(SegmentName(firstSequence: chain.next))",
                header: SegmentHeader(journalID: journalID, start: chain).bytes, batches: [])
            for body in bodies {
                var builder = BatchBuilder(journalID: journalID, from: chain)
                builder.build([body], at: time, from: chain)
                file.batches.append(Batch(sequence: chain.next, hash: builder.end.head, octets: builder.bytes))
                chain = builder.end
            }
            files.append(file)
        }
        return files
    }

    /// The hash of a record; zero for none.
    func hash(of sequence: UInt64) -> RecordHash {
        files.flatMap(\.batches).first { $0.sequence == sequence }?.hash ?? .zero
    }

    func checkpoint(of sequence: UInt64) -> Checkpoint {
        sampleCheckpoint(sequence: sequence, head: hash(of: sequence), journalID: journalID)
    }

    /// A journal of two segments with a bit of everything. Records 5 and 11 are checkpoints.
    static var sample: LaidOutJournal {
        let journalID = UUID()
        var journal = LaidOutJournal(
            journalID: journalID,
            segments: [[.genesis(Genesis(journalID: journalID, formatVersion: 1, host: "host"))]])
        func add(_ bodies: RecordBody...) { journal.segments[journal.segments.count - 1] += bodies }
        add(.configurationLoaded(ConfigurationLoaded(configurationHash: [7])))
        let intents = [sampleIntent(), sampleIntent(), sampleIntent()]
        func issued(_ index: Int, _ number: UInt64) -> RecordBody {
            .issued(
                Issued(certificateID: intents[index].certificateID, signature: sampleSignature(of: intents[index])),
                intent: number)
        }
        let crl = sampleCRLIntent(number: 5)
        add(.intent(intents[0]), issued(0, 3))
        add(.checkpoint(journal.checkpoint(of: 4)))
        add(.intent(intents[1]), issued(1, 6), .revoked(sampleRevocation(serial: intents[1].serial)))
        add(.crlIntent(crl), .issued(Issued(certificateID: crl.crlID, signature: [1]), intent: 9))
        journal.segments.append([])
        add(.checkpoint(journal.checkpoint(of: 10)))
        add(.intent(intents[2]), issued(2, 12))
        return journal
    }

    /// Its checkpoints' place taken by something harmless.
    var withoutCheckpoints: LaidOutJournal {
        var journal = self
        journal.segments = segments.map { bodies in
            bodies.map { body in
                if case .checkpoint = body {
                    .configurationLoaded(ConfigurationLoaded(configurationHash: [8]))
                } else {
                    body
                }
            }
        }
        return journal
    }

    /// Record 8 taken out, and the numbers of intents behind it made to fit.
    var withoutRevocation: LaidOutJournal {
        var journal = self
        journal.segments[0].remove(at: 7)
        journal.segments = journal.segments.map { bodies in
            bodies.map { body in
                if case .issued(let issued, let intent) = body, intent > 8 {
                    .issued(issued, intent: intent - 1)
                } else {
                    body
                }
            }
        }
        return journal
    }

    /// With another revocation in record 8.
    var edited: LaidOutJournal {
        var journal = self
        journal.segments[0][7] = .revoked(sampleRevocation(serial: [0x55]))
        return journal
    }
}

extension TemporaryJournal {
    /// Writes files where nothing is yet.
    func write(_ files: [LaidOutJournal.File]) throws {
        if !FileManager.default.fileExists(atPath: path) {
            try FileManager.default.createDirectory(
                atPath: path, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
        }
        for file in files { try write(file.octets, to: file.name) }
    }

    /// What verification makes of it, with little patience for a daemon.
    func verify(_ evidence: JournalVerification.Evidence = .init()) throws -> JournalReport {
        try JournalVerification.verify(
            directory: path, evidence: evidence, operations: .system, attempts: 1, progress: { _, _ in })
    }
}
