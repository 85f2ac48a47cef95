import Configuration
import Console
import Foundation
import Glibc
import Issuance
import Timekeeping

/// The authorities' certificate chains, read from their files.
enum Issuers {
    /// - Throws: `ConfigurationFailure` with every chain that is wrong, not only the first.
    static func load(_ configuration: ServiceConfiguration) throws(ConfigurationFailure) -> [String: Issuer] {
        var chains: [String: [IssuerCertificate]] = [:]
        var issuers: [String: Issuer] = [:]
        var failures: [String] = []
        for authority in configuration.authorities {
            attempt(authority, &failures) { chains[authority.id] = try chain(of: authority) }
        }
        // None of them gives one of these names to somebody else.
        let names = CANames(chains.values.joined())
        for authority in configuration.authorities {
            guard let chain = chains[authority.id] else { continue }
            attempt(authority, &failures) {
                issuers[authority.id] = try Issuer(
                    chain: chain, signatureAlgorithm: authority.signatureAlgorithm, locations: authority.locations,
                    subjectKeyIdentifierMethod: authority.subjectKeyIdentifier, beside: names)
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
    /// now, what in their chains this service does not know, which of these end below their root, and which have one name.
    static func warnings(
        _ configuration: ServiceConfiguration, _ issuers: [String: Issuer], at now: Instant
    ) -> [String] {
        let ofEach = configuration.authorities.flatMap { authority -> [String] in
            guard let issuer = issuers[authority.id] else { return [] }
            var warnings = Set(issuer.chain.flatMap(\.unreadCriticalExtensions)).sorted().map { identifier in
                "the chain of authority \(authority.id) has the critical extension \(identifier), which is not looked into:"
                    + " verifiers may refuse what is issued below it"
            }
            if let last = issuer.chain.last, !last.isSelfIssued {
                warnings.append(
                    "the chain of authority \(authority.id) ends below its root, with \(last.subjectDescription):"
                        + " callers are given no more of it")
            }
            if authority.state == .disabled {
                warnings.append("authority \(authority.id) is disabled")
            } else if authority.state == .crlOnly {
                warnings.append("authority \(authority.id) signs CRLs only")
            } else if issuer.notAfter < now {
                warnings.append("authority \(authority.id) expired at \(issuer.notAfter.rfc3339)")
            } else if issuer.notBefore > now {
                warnings.append("authority \(authority.id) is not valid before \(issuer.notBefore.rfc3339)")
            }
            return warnings
        }
        return ofEach + namesakes(issuers)
    }

    private static func namesakes(_ issuers: [String: Issuer]) -> [String] {
        Issuer.namesakes(among: issuers).map { ids in
            let subject = ids.first.flatMap { issuers[$0] }?.certificate.subjectDescription ?? "?"
            return
                "the authorities \(ids.joined(separator: " and ")) have the same subject, \(subject), and different keys:"
                + " that is right only for one CA that changes its key (RFC 5280 § 4.2.1.1)"
        }
    }

    private static func attempt(
        _ authority: ServiceConfiguration.Authority, _ failures: inout [String], _ body: () throws -> Void
    ) {
        do { try body() } catch {
            failures.append("\(authority.chainPath): the chain of authority \(authority.id): \(error)")
        }
    }

    private static func chain(of authority: ServiceConfiguration.Authority) throws -> [IssuerCertificate] {
        let blocks = try PEM.decode(text(at: authority.chainPath))
        guard !blocks.isEmpty else { throw ConfigurationFailure("it holds no certificate") }
        return try blocks.map { block in
            guard block.label == "CERTIFICATE" else {
                throw ConfigurationFailure("it holds a \(block.label); only certificates belong there")
            }
            return try IssuerCertificate(der: block.der)
        }
    }

    private static func text(at path: String) throws(ConfigurationFailure) -> String {
        // Not to hang on a FIFO: what is opened is looked at before it is read.
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
        guard descriptor >= 0 else { throw ConfigurationFailure("it cannot be opened: \(describe(errno))") }
        let file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            throw ConfigurationFailure("it is not a regular file")
        }
        guard let octets = try? file.read(upToCount: maximumSize + 1) else {
            throw ConfigurationFailure(status.st_size == 0 ? "it is empty" : "it cannot be read")
        }
        guard octets.count <= maximumSize else { throw ConfigurationFailure("it is longer than \(maximumSize) octets") }
        guard let text = String(validating: octets, as: UTF8.self) else {
            throw ConfigurationFailure("it is not text; a certificate in DER becomes PEM with openssl x509 -inform DER")
        }
        return text
    }

    /// More than any chain has.
    private static let maximumSize = 1 << 20
}

/// What is wrong with the configuration, in sentences, each with its place.
struct ConfigurationFailure: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}
