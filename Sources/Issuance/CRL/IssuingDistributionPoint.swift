/// Which part of a CA's certificates a CRL is for (RFC 5280 § 5.2.5).
package struct IssuingDistributionPoint: Hashable, Sendable {
    /// `http` URLs that all lead to this CRL, the very ones that stand in its certificates; may be empty where `scope` says something.
    package let urls: [String]
    package let scope: Scope

    /// Of which kind the certificates are.
    package enum Scope: Hashable, Sendable {
        case anyCertificate
        /// onlyContainsUserCerts.
        case userCertificates
        /// onlyContainsCACerts.
        case caCertificates
    }

    package init(urls: [String], scope: Scope = .anyCertificate) {
        self.urls = urls
        self.scope = scope
    }
}
