/// One check of a TBSCertList, read back from the bytes that will be signed, as `Lint` is of a TBSCertificate.
package struct CRLLint: Sendable {
    /// Its name and the standard it comes from.
    package let rule: Rule
    /// What it checks, in a line.
    package let summary: String
    /// What is wrong; `nil` where nothing is.
    let finding: @Sendable (borrowing LintedCRL) -> String?

    init(
        _ name: String, _ source: String, _ summary: String,
        _ finding: @escaping @Sendable (borrowing LintedCRL) -> String?
    ) {
        rule = Rule(name, source)
        self.summary = summary
        self.finding = finding
    }

    /// All of them, in the order in which they run. The first is what reading the bytes itself finds.
    package static let all: [CRLLint] = [syntax] + fields + extensions + entries

    private static let syntax = CRLLint(
        "crlSyntax", "RFC 5280 § 5.1", "the bytes are the strict DER of one TBSCertList and nothing else"
    ) { _ in nil }

    /// Runs all of them.
    ///
    /// - Returns: every finding; none for a CRL that may be signed.
    static func findings(in tbs: [UInt8], of template: CRLTemplate, by issuer: Issuer) -> [Violation] {
        let crl: LintedCRL
        do {
            crl = try LintedCRL(tbs: tbs, template: template, issuer: issuer)
        } catch {
            return [Violation(syntax.rule, at: "tbsCertList", "Not a TBSCertList in strict DER: \(error).")]
        }
        return all.compactMap { lint in
            lint.finding(crl).map { Violation(lint.rule, at: "tbsCertList", $0) }
        }
    }
}
