import Console
import DERCoding
import FoundationEssentials
import JSONRPC
import Ledger
import Timekeeping

/// A report for people, and for programs.
struct VerificationOutput {
    private let report: JournalReport
    private let directory: String

    init(_ report: JournalReport, directory: String) {
        self.report = report
        self.directory = directory
    }

    var isSound: Bool { report.isSound }

    /// One sentence.
    var verdict: String {
        guard !report.isSound else { return "\(directory) is sound." }
        return report.faultCount == 1
            ? "\(directory) is not sound." : "\(directory) is not sound: \(report.faultCount) faults."
    }

    var text: String {
        let kinds = report.records.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }
        var table = Table()
        table.add(["journal", journalID ?? "unknown"])
        let records = report.firstRecord > 1 ? "\(report.firstRecord) to \(report.head)" : "\(report.head)"
        table.add(["records", records + (kinds.isEmpty ? "" : " (\(kinds.joined(separator: ", ")))")])
        table.add(["segments", "\(report.segments), \(report.octets) octets"])
        if let first = report.firstTime, let last = report.lastTime { table.add(["written", "\(first) to \(last)"]) }
        table.add(["head", "record \(report.head), SHA-256 \(report.headHash)"])
        table.add(["end", end])
        table.add(["possibly signed", "\(report.possiblySigned)"])
        for intent in report.openIntents { table.add(["open intent", describe(intent)]) }
        for (key, number) in crlNumbers { table.add(["last CRL", "\(number) of key \(key)"]) }
        if let (record, archived) = report.lastArchived {
            table.add([
                "archived",
                "records before \(archived.firstKept), the last of them to \(archived.target.printable) (record \(record))",
            ])
        }
        for (record, restored) in report.restorations {
            table.add([
                "restored",
                "record \(record): from a back-up that ends with record \(restored.lastSequence); what followed it was lost",
            ])
        }
        if report.recordedCheckpoints > 0 {
            table.add(["checkpoints on record", "\(report.recordedCheckpoints)"])
            if let last = report.lastRecordedCheckpoint { table.add(["", describe(last)]) }
        }
        if let last = report.givenCheckpoints.last(where: { !$0.isFault }) {
            table.add(["checkpoints given", "\(report.givenCheckpoints.count)"])
            table.add(["", describe(last)])
        }
        if report.signaturesValid > 0 || report.signaturesUnjudged > 0 {
            table.add([
                "signatures",
                "\(report.signaturesValid) verified, \(report.signaturesUnjudged) without a certificate to verify them",
            ])
        }
        for file in report.keptFiles { table.add(["kept", "\(file): a torn tail was cut off; it is not read"]) }
        var lines = [table.text, ""]
        lines += report.faults.map { "FAULT: \($0)." }
        if report.faultCount > UInt64(report.faults.count) {
            lines.append("… and \(report.faultCount - UInt64(report.faults.count)) more.")
        }
        lines.append(verdict)
        return lines.joined(separator: "\n")
    }

    private var journalID: String? { report.journalID?.uuidString.lowercased() }

    private var crlNumbers: [(key: String, number: UInt64)] {
        report.crlNumbers.map { ($0.key.hex, $0.value) }.sorted { $0.0 < $1.0 }
    }

    private var end: String {
        switch report.tail {
        case .whole: "whole"
        case .growing: "a daemon was writing: read as far as it was whole"
        case .torn(let octets): "torn: \(octets) octets of a batch that is not whole"
        }
    }

    private func describe(_ intent: OpenIntent) -> String {
        let what =
            switch intent.subject {
            case .certificate(let serial): "serial \(serial.hex)"
            case .crl(let number): "CRL \(number)"
            }
        return "record \(intent.sequence), \(intent.authorityID), \(what): possibly signed, unless it is under way"
    }

    private func describe(_ finding: CheckpointFinding) -> String {
        switch finding.signature {
        case .unvouched: "\(finding); its key was not given (--checkpoint-key), so that anybody could have signed it"
        default: "\(finding)"
        }
    }
}

extension VerificationOutput {
    var json: JSONValue {
        var members: [(String, JSONValue)] = [
            ("sound", .bool(report.isSound)), ("journalID", journalID.map { .string($0) } ?? .null),
            ("firstRecord", .init(report.firstRecord)), ("head", .init(report.head)),
            ("headHash", .string("\(report.headHash)")),
            (
                "records",
                .object(
                    JSONObject(
                        report.records.sorted { $0.key < $1.key }.map { .init(name: $0.key, value: .init($0.value)) }))
            ),
            ("segments", .init(UInt64(clamping: report.segments))), ("octets", .init(UInt64(clamping: report.octets))),
            ("firstTime", .init(report.firstTime)), ("lastTime", .init(report.lastTime)),
        ]
        switch report.tail {
        case .whole: members.append(("tail", "whole"))
        case .growing: members.append(("tail", "growing"))
        case .torn(let octets):
            members += [("tail", "torn"), ("tornOctets", .init(UInt64(clamping: octets)))]
        }
        members += [
            ("possiblySigned", .init(report.possiblySigned)),
            ("crlNumbers", .object(JSONObject(crlNumbers.map { .init(name: $0.key, value: .init($0.number)) }))),
            (
                "restorations",
                .array(
                    report.restorations.map {
                        ["record": .init($0.record), "lastSequence": .init($0.restored.lastSequence)]
                    })
            ),
            (
                "archived",
                report.lastArchived.map {
                    [
                        "record": .init($0.record), "firstKept": .init($0.archived.firstKept),
                        "target": .string($0.archived.target),
                    ]
                } ?? .null
            ),
            ("openIntents", .array(report.openIntents.map(Self.json))),
            ("recordedCheckpoints", .init(report.recordedCheckpoints)),
            ("lastRecordedCheckpoint", report.lastRecordedCheckpoint.map(Self.json) ?? .null),
            ("givenCheckpoints", .array(report.givenCheckpoints.map(Self.json))),
            ("signaturesVerified", .init(report.signaturesValid)),
            ("signaturesUnjudged", .init(report.signaturesUnjudged)),
            ("keptFiles", .array(report.keptFiles.map { .string($0) })),
            ("faultCount", .init(report.faultCount)),
            (
                "faults",
                .array(
                    report.faults.map { fault in
                        [
                            "kind": .string(fault.name), "record": fault.record.map { .init($0) } ?? .null,
                            "message": .string("\(fault)"),
                        ]
                    })
            ),
        ]
        return .object(JSONObject(members.map { .init(name: $0.0, value: $0.1) }))
    }

    private static func json(_ intent: OpenIntent) -> JSONValue {
        var members: [JSONObject.Member] = [
            .init(name: "record", value: .init(intent.sequence)),
            .init(name: "id", value: .string(intent.certificateID.uuidString.lowercased())),
            .init(name: "authorityID", value: .string(intent.authorityID)),
        ]
        switch intent.subject {
        case .certificate(let serial): members.append(.init(name: "serialNumber", value: .string(serial.hex)))
        case .crl(let number): members.append(.init(name: "crlNumber", value: .init(number)))
        }
        return .object(JSONObject(members))
    }

    private static func json(_ finding: CheckpointFinding) -> JSONValue {
        [
            "source": .string("\(finding.source)"), "sequence": .init(finding.checkpoint.statement.sequence),
            "time": .init(finding.checkpoint.statement.time), "verdict": .string(finding.verdict.rawValue),
            "signature": .string(finding.signature.rawValue),
        ]
    }
}

extension JSONValue {
    /// A number that is beyond what other programs count exactly is written all the same.
    init(_ number: UInt64) { self = .number(JSONNumber(Int64(clamping: number))) }

    /// In RFC 3339.
    init(_ instant: Instant?) { self = instant.map { .string($0.rfc3339) } ?? .null }
}
