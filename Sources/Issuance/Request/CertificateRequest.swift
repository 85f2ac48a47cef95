package import PublicKeys
package import SwiftASN1

/// A PKCS#10 CertificationRequest (RFC 2986 § 4) whose self-signature has been verified: its sender holds the private key.
package struct CertificateRequest: Sendable {
    /// The whole request, for its hash in the record.
    package let der: [UInt8]
    package let subject: DistinguishedName
    package let publicKey: PublicKey
    /// What the extensionRequest attribute asks for, in its order; no OID twice.
    package let extensions: [RequestedExtension]
    /// Attributes other than extensionRequest and challengePassword, for the profile to judge.
    package let otherAttributes: [ASN1ObjectIdentifier]
}

/// One extension that a request asks for (RFC 2985 § 5.4.2).
package struct RequestedExtension: Hashable, Sendable {
    package enum Value: Hashable, Sendable {
        case subjectAlternativeName([GeneralName])
        case keyUsage(KeyUsage)
        case extendedKeyUsage([ASN1ObjectIdentifier])
        case basicConstraints(isCA: Bool, pathLength: Int?)
        case subjectKeyIdentifier
        /// One that we do not read: the profile ignores or refuses it by OID.
        case other
    }

    package let identifier: ASN1ObjectIdentifier
    package let isCritical: Bool
    package let value: Value

    package init(identifier: ASN1ObjectIdentifier, isCritical: Bool, value: Value) {
        self.identifier = identifier
        self.isCritical = isCritical
        self.value = value
    }
}
