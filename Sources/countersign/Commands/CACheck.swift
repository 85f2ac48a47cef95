import ArgumentParser
import Ceremony
import Configuration
import Console

/// `countersign ca check`: a ceremony's folder, afterwards.
struct CACheck: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Check a ceremony's folder: that nothing was changed, who confirmed, who signed the transcript.",
        discussion: """
            It needs no token. Operators sign transcript.txt when they have read it, as they sign statement.txt before: openssl pkeyutl -sign \
            -rawin -inkey THEIR-KEY -in transcript.txt -out THEIR.sig (for an RSA or EC key with -digest sha256).

            Exit codes: 0 all holds; 65 something does not; 66 something is missing.

            Example: countersign ca check /srv/ceremonies/root-2026 --transcript-signature alice.sig --transcript-signature bob.sig
            """)

    @Argument(help: ArgumentHelp("The ceremony's folder.", valueName: "dir"))
    var directory: String

    @Option(help: ArgumentHelp("An operator's signature of transcript.txt; may be repeated.", valueName: "file"))
    var transcriptSignature: [String] = []

    func run() throws {
        do {
            let ceremony = try Ceremony(CeremonyFolder(directory))
            let signatures = try transcriptSignature.map { path in
                (path: path, octets: try InputFile.octets(at: path, maximumSize: 1 << 16))
            }
            let finding = try ceremony.check(signatures)
            var lines = [
                "\(ceremony.statement.act) in \(directory.printable): \(finding.isSigned ? (ceremony.hasJournal ? "signed, and on record" : "signed") : "prepared, and not signed")."
            ]
            lines.append(
                ceremony.plan.operators.map { "\($0.required) of \($0.keyPaths.count) operators have to confirm" }
                    ?? "no operators have to confirm")
            lines += finding.confirmedBy.map { "confirmed by \($0)" }
            lines += finding.transcriptSignedBy.map { "transcript signed by \($0)" }
            try StandardOutput.show(lines.joined(separator: "\n"))
        } catch { throw CommandFailure(ofCeremony: error) }
    }
}
