import Configuration
import Foundation
import Issuance

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
