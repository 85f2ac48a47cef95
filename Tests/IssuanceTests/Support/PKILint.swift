import Foundation
import TestSupport

/// What pkilint, which `scripts/setup --tests` installs, makes of a CRL.
enum PKILint {
    /// From WARNING up; empty where it finds nothing.
    ///
    /// - Parameters:
    ///   - kind: `CRL`, or `ARL` for one of CAs' certificates.
    ///   - profile: `PKIX` for RFC 5280, `BR` for the Baseline Requirements.
    static func findings(in crl: [UInt8], kind: String, profile: String) throws -> String {
        let repository = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        let program = repository.appending(path: ".build/judges/bin/lint_crl").path
        guard FileManager.default.isExecutableFile(atPath: program) else {
            throw TestSupportError("\(program) is missing; run scripts/setup --tests")
        }
        let file = FileManager.default.temporaryDirectory.appending(path: "\(UUID().uuidString).crl")
        try Data(crl).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        let ended = try ChildProcess.run(
            program, ["lint", "-t", kind, "-p", profile, "-s", "WARNING", "--document-format", "DER", file.path])
        // It ends a list of none with an empty line.
        return ended.status == 0 && ended.output.allSatisfy(\.isNewline) ? "" : ended.description
    }
}
