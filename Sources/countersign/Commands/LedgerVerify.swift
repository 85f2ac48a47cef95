import ArgumentParser
import Console
import Ledger

/// `countersign ledger verify`: whether a journal is what was written.
struct LedgerVerify: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Read a whole journal and find what was edited, removed, reordered or cut off.",
        discussion: """
            It needs no daemon, and changes nothing; a daemon may be at work in the folder. Folder and files have to belong to \
            whoever runs it, and to nobody else: verify a copy, or as the daemon's user.

            A chain of hashes cannot tell that its end is missing, or that all of it was made anew. Checkpoints that were kept \
            elsewhere can: give them, with the key that signs them. With the authorities' certificates, every signature on record is \
            verified over what the record says was signed.

            Exit codes: 0 sound; 65 not sound; 66 no journal that can be read.

            Example: countersign ledger verify /var/lib/countersign/journal --checkpoints checkpoints.pem \
            --checkpoint-key checkpoint-key.pem --ca-certificate issuing.pem
            """)

    @Argument(help: ArgumentHelp("The journal's folder.", valueName: "dir"))
    var directory: String

    @Option(
        help: ArgumentHelp(
            "A folder to which segments were archived, to be read with it; may be repeated.", valueName: "dir"))
    var archive: [String] = []

    @OptionGroup var evidence: EvidenceOptions

    @Flag(help: "Print JSON instead of text for people.")
    var json = false

    func run() throws {
        let report = try evidence.verify(directory, archives: archive)
        let output = VerificationOutput(report, directory: directory)
        try StandardOutput.show(json ? output.json.compactText : output.text)
        guard report.isSound else { throw CommandFailure(.refused, output.verdict) }
    }
}

/// What a journal is held against.
struct EvidenceOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp("Checkpoints that were kept elsewhere, in PEM; may be repeated.", valueName: "file"))
    var checkpoints: [String] = []

    @Option(
        help: ArgumentHelp(
            "The public key that signs checkpoints, or a certificate with it, in PEM; may be repeated.",
            valueName: "file"))
    var checkpointKey: [String] = []

    @Option(
        help: ArgumentHelp(
            "Certificates of authorities in PEM, to verify every signature on record with; may be repeated.",
            valueName: "file"))
    var caCertificate: [String] = []

    /// Reads the journal, and tells a person at a terminal how far it has come.
    func verify(_ directory: String, archives: [String]) throws(CommandFailure) -> JournalReport {
        let keys = try TrustedKeys(checkpointKeys: checkpointKey, authorityCertificates: caCertificate)
        var evidence = JournalVerification.Evidence()
        for path in checkpoints { evidence.checkpoints += try CheckpointFile.read(path).map { ($0, path) } }
        evidence.signature = keys.signature(of:)
        if keys.hasAuthorities {
            evidence.isAuthentic = keys.isAuthentic
            evidence.isAuthenticImport = keys.isAuthentic
        }
        var line = ProgressLine("reading \(directory)")
        defer { line.end() }
        do {
            return try JournalVerification.verify(directory: directory, archives: archives, evidence: evidence) {
                line.update($0, of: $1)
            }
        } catch {
            throw CommandFailure(unreadable: error, directory)
        }
    }
}

extension CommandFailure {
    /// There is no journal in the folder, or not for this process.
    init(unreadable error: LedgerError, _ directory: String) {
        switch error {
        case .notPrivate:
            self.init(
                .noInput,
                "\(error). A journal is read as the user whose it is (sudo -u …), or as a copy that is your own.")
        case .absent: self.init(.noInput, "there is no journal in \(directory).")
        default: self.init(.noInput, "\(error).")
        }
    }
}
