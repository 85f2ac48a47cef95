import Console
import DERCoding
import JSONRPC
import LedgerImport

/// What an import tells of itself.
struct ImportOutput {
    private let plan: ImportPlan
    private let sources: ImportSources
    /// Files of folders without a certificate.
    private let passedOver: [String]
    private let isDryRun: Bool

    init(_ plan: ImportPlan, _ sources: ImportSources, passedOver: [String], isDryRun: Bool) {
        self.plan = plan
        self.sources = sources
        self.passedOver = passedOver
        self.isDryRun = isDryRun
    }

    var text: String {
        let authority = sources.authority
        var table = Table(
            ["", "found", isDryRun ? "would be recorded" : "recorded", "on record before"], rightAligned: [1, 2, 3])
        func add(_ name: String, _ new: Int, _ known: Int) {
            table.add([name, "\(new + known)", "\(new)", "\(known)"])
        }
        add("certificates", plan.certificates.count, plan.certificatesKnown)
        add("revocations", plan.revocations.count, plan.revocationsKnown)
        var lines = ["authority \(authority.id), key \(authority.keyID.hex)", table.text]
        if plan.withoutDER > 0 {
            lines.append("\(plan.withoutDER) certificates are known by serial, end and subject only.")
        }
        if plan.revocationsOfUnknown > 0 {
            lines.append("\(plan.revocationsOfUnknown) revocations are of serials that no certificate was given for.")
        }
        if plan.lastCRLNumber > 0 { lines.append("CRLs go on over number \(plan.lastCRLNumber).") }
        if sources.passedOver > 0 {
            lines.append(
                "\(sources.passedOver) certificates of other issuers, or the authority's own, were passed over.")
        }
        if !passedOver.isEmpty {
            let more = passedOver.count > 5 ? " and \(passedOver.count - 5) more" : ""
            lines.append(
                "\(passedOver.count) files without a certificate were passed over: \(passedOver.prefix(5).joined(separator: ", "))\(more)."
            )
        }
        lines += plan.warnings.map { "warning: \($0)" }
        if isDryRun { lines.append("Nothing was recorded: that was a dry run.") }
        return lines.flatMap { $0.split(separator: "\n").map { String($0).printable } }.joined(separator: "\n")
    }

    var json: JSONValue {
        let certificates: JSONValue = [
            "recorded": count(plan.certificates.count), "known": count(plan.certificatesKnown),
            "withoutDER": count(plan.withoutDER), "passedOver": count(sources.passedOver),
        ]
        let revocations: JSONValue = [
            "recorded": count(plan.revocations.count), "known": count(plan.revocationsKnown),
            "ofUnknownSerials": count(plan.revocationsOfUnknown),
        ]
        return [
            "authority": .string(sources.authority.id),
            "authorityKeyId": .string(sources.authority.keyID.hex),
            "dryRun": .bool(isDryRun),
            "certificates": certificates,
            "revocations": revocations,
            "lastCrlNumber": .init(plan.lastCRLNumber),
            "filesPassedOver": .array(passedOver.map { .string($0) }),
            "warnings": .array(plan.warnings.map { .string($0) }),
        ]
    }

    private func count(_ number: Int) -> JSONValue { .init(UInt64(clamping: number)) }
}
