import Console
import DERCoding
import JSONRPC
import Ledger
import Timekeeping

/// What was, or would be, moved, for people and for programs.
struct ArchiveOutput {
    private let plan: ArchivePlan
    private let isDone: Bool
    private let directory: String
    private let target: String

    init(_ plan: ArchivePlan, isDone: Bool, directory: String, target: String) {
        self.plan = plan
        self.isDone = isDone
        self.directory = directory
        self.target = target
    }

    var text: String {
        let stays = "What is left stays, since \(reason). (As of \(plan.time).)"
        guard let first = plan.segments.first, let last = plan.segments.last else {
            return "Nothing can leave \(directory.printable) yet: \(reason). (As of \(plan.time).)"
        }
        let times = if let from = first.firstTime, let to = last.lastTime { ", written \(from) to \(to)" } else { "" }
        let what =
            "\(plan.segments.count) segments with records \(first.firstRecord) to \(last.lastRecord), \(plan.octets) octets\(times)"
        let carried =
            plan.carried.isEmpty
            ? [] : ["\(plan.carried.count) revocations in them \(isDone ? "were" : "would be") recorded once more."]
        guard isDone else {
            return (["\(what), would move to \(target.printable)."] + carried + [stays, "Nothing was changed."])
                .joined(separator: "\n")
        }
        let advice = "Back up \(target.printable): the journal no longer has what is in it."
        return (["\(what), are in \(target.printable) now."] + carried + [stays, advice]).joined(separator: "\n")
    }

    private var reason: String {
        switch plan.obstacle {
        case .last: "the last segment never leaves"
        case .unexpired(let serial, let notAfter):
            "the certificate with serial \(serial.hex) is valid until \(notAfter), and stays for --keep days after that"
        case .listed(let serial):
            "the certificate with serial \(serial.hex) is revoked, has expired, and has not left the last CRL"
        case .crl(let record): "record \(record) is that of the last CRL"
        case .unreadable(let record): "the end of the certificate in record \(record) cannot be read"
        case .revocations: "the revocations that have to stay on record are too many, or of two dates"
        }
    }

    var json: JSONValue {
        [
            "done": .bool(isDone),
            "segments": .array(
                plan.segments.map {
                    [
                        "firstRecord": .init($0.firstRecord), "lastRecord": .init($0.lastRecord),
                        "octets": .init(UInt64(clamping: $0.octets)), "firstTime": .init($0.firstTime),
                        "lastTime": .init($0.lastTime),
                    ]
                }), "octets": .init(UInt64(clamping: plan.octets)),
            "revocationsCarried": .init(UInt64(clamping: plan.carried.count)), "left": .string(reason),
            "asOf": .init(plan.time),
        ]
    }
}
