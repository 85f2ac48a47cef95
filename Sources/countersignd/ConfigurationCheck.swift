import Configuration
import Console
import Issuance
import Logging
import PublicKeys
import Signing
import Timekeeping

/// `--check`: everything that can be wrong before the first request, found and told.
struct ConfigurationCheck {
    private let configuration: ServiceConfiguration
    private let logger: Logger

    init(_ configuration: ServiceConfiguration, _ logger: Logger) {
        self.configuration = configuration
        var logger = logger
        // What is found is in the table.
        logger.logLevel = .critical
        self.logger = logger
    }

    /// Logs in, test-signs with each key and prints a table.
    ///
    /// - Returns: whether every authority that should sign can, and every profile could issue.
    /// - Throws: `ConfigurationFailure` for chains that cannot be used, and for tokens that are one.
    func run() async throws(ConfigurationFailure) -> Bool {
        let issuers = try Issuers.load(configuration)
        let keys = try await SigningKeys(configuration, logger)
        var isSound = true
        var table = Table(["AUTHORITY", "KEY", "SIGNS WITH", "TOKEN", "UNTIL", "MADE IN TOKEN", "TEST SIGNATURE"])
        for authority in configuration.authorities {
            guard let issuer = issuers[authority.id] else { continue }
            let status = await keys.signer(for: authority, of: issuer, logger).status
            let result: String
            switch status.state {
            case .ready: result = "ok"
            case .unavailable(let reason):
                result = reason
                if authority.state == .active { isSound = false }
            }
            table.add([
                authority.id, issuer.certificate.publicKey.description, issuer.signatureAlgorithm.name,
                authority.tokenName, issuer.notAfter.rfc3339,
                status.provenance.map { $0.wasGeneratedInToken ? "yes" : "no" } ?? "unknown", result,
            ])
        }
        await keys.close(within: SocketService.grace)
        print(table.text)
        for warning in Issuers.warnings(configuration, issuers, at: WallClock.system.now()) {
            print("\(configuration.path): warning: \(warning)")
        }
        let faults = Issuers.faults(configuration, issuers)
        for fault in faults { print(fault) }
        if !isSound {
            print("\(configuration.path): not every authority can sign; mend what the last column says.")
        } else if !faults.isEmpty {
            print("\(configuration.path): not every profile can issue; mend what the lines above name.")
        } else {
            print("\(configuration.path): nothing wrong; \(configuration.profiles.count) profiles.")
        }
        return isSound && faults.isEmpty
    }
}
