import Configuration
import Console
import Issuance
import Ledger
import Logging
import PublicKeys
import Signing
import Timekeeping

/// `--check`: everything that can be wrong before the first request, found and told.
struct ConfigurationCheck {
    private let configuration: ServiceConfiguration
    private let mayCreateJournal: Bool
    private let logger: Logger

    init(_ configuration: ServiceConfiguration, mayCreateJournal: Bool, _ logger: Logger) {
        self.configuration = configuration
        self.mayCreateJournal = mayCreateJournal
        var logger = logger
        // What is found is in the table.
        logger.logLevel = .critical
        self.logger = logger
    }

    /// Looks at the daemon's places, logs in to each token, test-signs with each key, and prints a table of each.
    ///
    /// - Returns: whether the daemon could start, every authority that should sign can, and every profile could issue.
    /// - Throws: `ConfigurationFailure` for chains that cannot be used, and for tokens that are one; `WriteFailure` where standard output
    ///   does not take what was found.
    func run() async throws -> Bool {
        let issuers = try Issuers.load(configuration)
        let keys = try await SigningKeys(configuration, logsInToAll: true, triesOn: false, logger)
        var isSound = true
        var table = Table(["AUTHORITY", "KEY", "SIGNS WITH", "TOKEN", "UNTIL", "MADE IN TOKEN", "TEST SIGNATURE"])
        for authority in configuration.authorities {
            guard let issuer = issuers[authority.id] else { continue }
            let signer = await keys.signer(for: authority, of: issuer, logger).status
            for (token, status) in signer.places(first: authority.tokenName) {
                let result: String
                switch status.state {
                case .ready: result = "ok"
                case .unavailable(let reason):
                    result = reason
                    if authority.state == .active { isSound = false }
                }
                table.add([
                    authority.id, issuer.certificate.publicKey.description, issuer.signatureAlgorithm.name,
                    token, issuer.notAfter.rfc3339,
                    status.provenance.map { $0.wasGeneratedInToken ? "yes" : "no" } ?? "unknown", result,
                ])
            }
        }
        let checkpoints = await checkpoints(keys, issuers)
        await keys.close(within: SocketService.grace)
        let places = unusedTokens(keys) + places() + crls(issuers) + checkpoints
        if places.contains(where: \.finding.isFault) { isSound = false }
        var placeTable = Table(["PLACE", "WHERE", "FOUND"])
        for place in places { placeTable.add([place.name, place.path, place.finding.text]) }
        let warnings = Issuers.warnings(configuration, issuers, at: WallClock.system.now())
        let faults = Issuers.faults(configuration, issuers)
        let summary =
            if !isSound {
                "it cannot all work; mend what the last columns say."
            } else if !faults.isEmpty {
                "not every profile can issue; mend what the lines above name."
            } else {
                "nothing wrong; \(configuration.profiles.count) profiles."
            }
        let lines =
            [table.text, "", placeTable.text, ""] + warnings.map { "\(configuration.path): warning: \($0)" } + faults
            + ["\(configuration.path): \(summary)"]
        try StandardOutput.write(lines.map { $0 + "\n" }.joined())
        return isSound && faults.isEmpty
    }

    /// Those that authorities use have their faults told with these.
    private func unusedTokens(_ keys: SigningKeys) -> [(name: String, path: String, finding: Finding)] {
        let used = configuration.usedTokens
        return configuration.tokens.filter { !used.contains($0.name) }.map { token in
            let fault = keys.fault(of: token.name).map { Finding.fault("\($0)") }
            return ("token \(token.name)", token.modulePath, fault ?? .sound("ok: it is open; no authority uses it"))
        }
    }

    private func places() -> [(name: String, path: String, finding: Finding)] {
        let (journal, socket) = (configuration.journal.directory, configuration.socket.path)
        return [
            (
                "journal", journal,
                JournalCheck(
                    directory: journal, configuration: JournalConfiguration(configuration.journal),
                    mayCreate: mayCreateJournal, clock: .system
                ).finding()
            ),
            ("socket", socket, SocketCheck(path: socket).finding()),
            ("inventory", configuration.inventory.file, FolderCheck(path: configuration.inventory.file).finding()),
            ("open files", "RLIMIT_NOFILE", OpenFilesCheck(configuration: configuration).finding()),
        ]
    }

    private func crls(_ issuers: [String: Issuer]) -> [(name: String, path: String, finding: Finding)] {
        configuration.authorities.flatMap { authority -> [(name: String, path: String, finding: Finding)] in
            guard let crl = authority.crl, authority.state != .disabled, let issuer = issuers[authority.id] else {
                return []
            }
            let name = "CRL of \(authority.id)"
            do throws(IssuerError) { try issuer.checkSignsCRLs() } catch {
                return [(name, crl.file, .fault("\(error); take its crl section out, or have the certificate renewed"))]
            }
            let partitions = crl.partitions.map { partitions in
                (
                    "partitions of \(authority.id)", partitions.file.text,
                    FolderCheck(path: partitions.file.filled(0)).finding()
                )
            }
            return [(name, crl.file, FolderCheck(path: crl.file).finding())] + [partitions].compactMap(\.self)
        }
    }

    private func checkpoints(
        _ keys: SigningKeys, _ issuers: [String: Issuer]
    ) async -> [(name: String, path: String, finding: Finding)] {
        guard let settings = configuration.checkpoints else { return [] }
        let key: Finding
        do {
            _ = try await keys.checkpointSigner(settings, among: issuers, logger)
            key = .sound("ok: it signs")
        } catch { key = .fault("\(error)") }
        return [
            ("checkpoint key", settings.keyURI, key),
            ("checkpoints", settings.file, FolderCheck(path: settings.file).finding()),
        ]
    }
}
