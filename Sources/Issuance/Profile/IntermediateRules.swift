package import SwiftASN1

/// Which intermediate CAs an authority signs, and what it writes into them.
package struct IntermediateRules: Sendable {
    package var subject: SubjectRules
    package var keys: KeyRules
    package var validity: ValidityRules
    package var requestedExtensions: RequestedExtensionRules = .refuse
    /// keyCertSign and cRLSign are always set; OCSP responses signed by the CA itself need this one too.
    package var setsDigitalSignature = false
    /// Imposed where not empty (RFC 5280 § 4.2.1.12).
    package var extendedKeyUsages: [ASN1ObjectIdentifier] = []
    package var certificatePolicies: [ASN1ObjectIdentifier] = []
    /// Imposed, critical, where given (RFC 5280 § 4.2.1.10).
    package var nameConstraints: NameConstraints?

    package init(subject: SubjectRules, keys: KeyRules, validity: ValidityRules) {
        self.subject = subject
        self.keys = keys
        self.validity = validity
    }
}

/// Which names may and may not appear below a CA (RFC 5280 § 4.2.1.10).
package struct NameConstraints: Hashable, Sendable {
    package struct Subtrees: Hashable, Sendable {
        /// `example.org` constrains itself and all below it.
        package var dns: [String] = []
        /// Address octets, then mask octets: 8 or 32 in all.
        package var ip: [[UInt8]] = []
        /// A mailbox, a host, or `.domain`.
        package var email: [String] = []
        /// A host, or `.domain`.
        package var uri: [String] = []
        /// The DER of Names.
        package var directoryNames: [[UInt8]] = []

        package init() {}

        package var isEmpty: Bool {
            dns.isEmpty && ip.isEmpty && email.isEmpty && uri.isEmpty && directoryNames.isEmpty
        }
    }

    package var permitted = Subtrees()
    package var excluded = Subtrees()

    package init() {}
}
