import Configuration
import Foundation
import Issuance
import Timekeeping

/// The authorities' certificate chains, read from their files.
enum Issuers {
    /// - Throws: `ConfigurationFailure` with every chain that is wrong, not only the first.
    static func load(_ configuration: ServiceConfiguration) throws(ConfigurationFailure) -> [String: Issuer] {
        var issuers: [String: Issuer] = [:]
        var failures: [String] = []
        for authority in configuration.authorities {
            do {
                issuers[authority.id] = try issuer(of: authority)
            } catch {
                failures.append("\(authority.chainPath): the chain of authority \(authority.id): \(error)")
            }
        }
        guard failures.isEmpty else { throw ConfigurationFailure(failures.joined(separator: "\n")) }
        return issuers
    }

    /// What could never be issued, or only to a request that asks for less: each profile and the rules for intermediates beside
    /// their authority's certificate. One of these stops its profile, and not the daemon.
    static func faults(_ configuration: ServiceConfiguration, _ issuers: [String: Issuer]) -> [String] {
        func sentences(_ subject: String, _ faults: [Violation]) -> [String] {
            faults.map { fault in
                let path = fault.path.replacing("profile.", with: "")
                return "\(configuration.path): \(subject), \(path): \(fault.message) [\(fault.rule.source)]"
            }
        }
        var failures: [String] = []
        for authority in configuration.authorities {
            guard let issuer = issuers[authority.id], let rules = authority.intermediates else { continue }
            failures += sentences("the intermediates of authority \(authority.id)", rules.faults(under: issuer))
        }
        for profile in configuration.profiles {
            guard let issuer = issuers[profile.authorityID] else { continue }
            failures += sentences("profile \(profile.name)", profile.faults(under: issuer))
        }
        return failures
    }

    /// What an operator should know and no configuration can mend: which authorities sign nothing
    /// now, and what in their chains this service does not know.
    static func warnings(
        _ configuration: ServiceConfiguration, _ issuers: [String: Issuer], at now: Instant
    ) -> [String] {
        configuration.authorities.flatMap { authority -> [String] in
            guard let issuer = issuers[authority.id] else { return [] }
            var warnings = Set(issuer.chain.flatMap(\.unreadCriticalExtensions)).sorted().map { identifier in
                "the chain of authority \(authority.id) has the critical extension \(identifier), which is not looked into:"
                    + " verifiers may refuse what is issued below it"
            }
            if authority.state == .disabled {
                warnings.append("authority \(authority.id) is disabled")
            } else if issuer.notAfter < now {
                warnings.append("authority \(authority.id) expired at \(issuer.notAfter.rfc3339)")
            } else if issuer.notBefore > now {
                warnings.append("authority \(authority.id) is not valid before \(issuer.notBefore.rfc3339)")
            }
            return warnings
        }
    }

    private static func issuer(of authority: ServiceConfiguration.Authority) throws -> Issuer {
        let blocks = try PEM.decode(String(contentsOfFile: authority.chainPath, encoding: .utf8))
        guard !blocks.isEmpty else { throw ConfigurationFailure("it holds no certificate") }
        let chain = try blocks.map { block in
            guard block.label == "CERTIFICATE" else {
                throw ConfigurationFailure("it holds a \(block.label); only certificates belong there")
            }
            return try IssuerCertificate(der: block.der)
        }
        return try Issuer(
            chain: chain, signatureAlgorithm: authority.signatureAlgorithm, locations: authority.locations,
            subjectKeyIdentifierMethod: authority.subjectKeyIdentifier)
    }
}

/// What is wrong with the configuration, in sentences, each with its place.
struct ConfigurationFailure: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}
