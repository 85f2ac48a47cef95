import Foundation
import Testing

@testable import Issuance

/// docs/rules.md, which is made of the rules themselves.
struct RuleListTests {
    @Test("docs/rules.md lists every rule and every lint with its source")
    func list() throws {
        let repository = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        let found = try String(contentsOf: repository.appending(path: "docs/rules.md"), encoding: .utf8)
        let made = FileManager.default.temporaryDirectory.appending(path: "countersign-rules-\(getpid()).md")
        if found != Self.text { try Self.text.write(to: made, atomically: true, encoding: .utf8) }
        #expect(found == Self.text, "docs/rules.md is not what the rules are; \(made.path) is")
    }

    private static let text = """
        # Rules

        What a refusal names in `details` as `rule`, with the standard that it comes from. A rule's name is part of the contract: clients
        may compare it. [api.md](api.md) tells how a refusal looks, [configuration.md](configuration.md) what a profile can rule on.

        ## Of the request alone

        \(table(Rule.request))

        ## Of profile, validity and issuer

        Judged together: a refusal holds every violation. `authorityDisabled` and `authorityExpired` stand beside them.

        \(table(Rule.admission))

        ## Of public TLS

        In profiles of `kind: publicTLS` besides: the Baseline Requirements (BR) of the CA/Browser Forum.

        \(table(Rule.baseline))

        ## Lints

        They judge the very bytes that will be signed, read back, before the token sees them. What builds the bytes and what judges them
        share no code but the names of things. No request can break one: a finding is a fault of this service, a 500, and nothing is signed.

        \(table(Lint.all.map { ($0.rule, $0.summary) }))

        ## Lints of CRLs

        The same for the bytes of a CRL. A finding that lies with one entry names its serial number.

        \(table(CRLLint.all.map { ($0.rule, $0.summary) }))

        """

    private static func table(_ lints: [(rule: Rule, summary: String)]) -> String {
        (["| lint | source | what holds |", "|---|---|---|"]
            + lints.map { "| `\($0.rule.name)` | \($0.rule.source) | \($0.summary) |" })
            .joined(separator: "\n")
    }

    private static func table(_ rules: [Rule]) -> String {
        (["| rule | source |", "|---|---|"] + rules.map { "| `\($0.name)` | \($0.source) |" }).joined(separator: "\n")
    }
}
