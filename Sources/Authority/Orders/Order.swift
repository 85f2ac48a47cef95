package import FoundationEssentials
package import Issuance
package import Timekeeping

/// A leaf certificate that a requester asks for.
package struct CertificateOrder: Sendable {
    package var profileID: UUID
    /// PEM.
    package var csr: String
    package var validity: ValidityOrder

    package init(profileID: UUID, csr: String, validity: ValidityOrder) {
        self.profileID = profileID
        self.csr = csr
        self.validity = validity
    }
}

/// An intermediate CA certificate that a requester asks for.
package struct IntermediateOrder: Sendable {
    package var authorityID: String
    /// PEM.
    package var csr: String
    package var notBefore: Instant?
    package var notAfter: Instant
    package var pathLength: PathLengthOrder

    package init(authorityID: String, csr: String, notBefore: Instant?, notAfter: Instant, pathLength: PathLengthOrder)
    {
        self.authorityID = authorityID
        self.csr = csr
        self.notBefore = notBefore
        self.notAfter = notAfter
        self.pathLength = pathLength
    }
}

/// What came of an order: the certificate, and what to hand out with it.
package struct Countersigned: Sendable {
    package let certificateID: UUID
    package let certificate: IssuedCertificate
    package let authority: CertificateAuthority
}
