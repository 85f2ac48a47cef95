/// One check of a TBSCertificate, read back from the bytes that will be signed. What builds the bytes and what judges them share
/// no code but the names of things: a fault in the one is not repeated in the other.
package struct Lint: Sendable {
    /// Its name and the standard it comes from.
    package let rule: Rule
    /// What it checks, in a line.
    package let summary: String
    /// What is wrong; `nil` where nothing is.
    let finding: @Sendable (borrowing LintedCertificate) -> String?

    init(
        _ name: String, _ source: String, _ summary: String,
        _ finding: @escaping @Sendable (borrowing LintedCertificate) -> String?
    ) {
        rule = Rule(name, source)
        self.summary = summary
        self.finding = finding
    }

    /// All of them, in the order in which they run. The first is what reading the bytes itself finds.
    package static let all: [Lint] = [syntax] + fields + extensions + purposes + names

    private static let syntax = Lint(
        "certificateSyntax", "RFC 5280 § 4.1", "the bytes are the strict DER of one TBSCertificate and nothing else"
    ) { _ in nil }

    /// Runs all of them.
    ///
    /// - Returns: every finding; none for a certificate that may be signed.
    static func findings(
        in tbs: [UInt8], of template: CertificateTemplate, serial: SerialNumber, by issuer: Issuer
    ) -> [Violation] {
        let certificate: LintedCertificate
        do {
            certificate = try LintedCertificate(tbs: tbs, template: template, serial: serial, issuer: issuer)
        } catch {
            return [Violation(syntax.rule, at: "tbsCertificate", "Not a TBSCertificate in strict DER: \(error).")]
        }
        var findings: [Violation] = []
        for lint in all {
            if let finding = lint.finding(certificate) {
                findings.append(Violation(lint.rule, at: "tbsCertificate", finding))
            }
        }
        return findings
    }
}
