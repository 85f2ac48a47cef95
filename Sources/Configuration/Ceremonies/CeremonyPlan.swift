package import Issuance
package import PublicKeys
package import Timekeeping

/// What a ceremony is to do, as its plan says.
package struct CeremonyPlan: Sendable {
    package enum Act: Sendable {
        case createRoot(Root)
        /// A request for an intermediate CA's certificate, by the CA's own key; the subject is the DER of a Name.
        case createIntermediate(subject: [UInt8])
        /// Its certificate without a request: the key, which that URI names, is in a token here.
        case createBelow(Subordinate, subject: [UInt8], keyURI: String)
        case signCSR(Subordinate, requestPath: String)
        /// Another certificate for a CA that has one.
        case crossSign(Subordinate, certificatePath: String)
        case signCRL(RevocationList)
    }

    package struct Root: Sendable {
        /// The DER of a Name.
        package let subject: [UInt8]
        package let validity: Lifetime
        /// How many CAs may follow below; `nil` for no limit (RFC 5280 § 4.2.1.9).
        package let pathLength: Int?
    }

    /// The CA that signs, where it has a certificate.
    package struct Issuer: Sendable {
        /// Its certificate and those above it, in PEM.
        package let path: String
        /// `nil`: the one that suits the key.
        package let signatureAlgorithm: SignatureAlgorithm?
    }

    /// A certificate for a CA below it.
    package struct Subordinate: Sendable {
        package let issuer: Issuer
        package let rules: IntermediateRules
        package let pathLength: PathLengthOrder
        package let locations: Locations
    }

    /// The next CRL of a CA that no daemon serves.
    package struct RevocationList: Sendable {
        package let issuer: Issuer
        /// From thisUpdate to nextUpdate.
        package let validity: Lifetime
        /// The last CRL: whom it names is named on, and the number rises over its number. `nil` where there was none.
        package let previousPath: String?
        /// The least that the number is.
        package let firstNumber: UInt64
        /// Who is named besides.
        package let revoked: [Revoked]
    }

    package struct Revoked: Sendable {
        /// The content octets of the serial's DER INTEGER.
        package let serial: [UInt8]
        package let reason: RevocationReason
        /// `nil`: when the ceremony is prepared.
        package let date: Instant?
    }

    /// People who have to confirm, each by a key of their own.
    package struct Operators: Sendable {
        /// How many of them.
        package let required: Int
        /// Their public keys, in PEM.
        package let keyPaths: [String]
    }

    package let act: Act
    /// The name by which the journal knows the signing CA: that which it has, or will have, in a daemon's configuration.
    package let authorityID: String
    /// The key that signs (RFC 7512), with its token.
    package let keyURI: String
    /// The folder of a journal that the CA's ceremonies share, so that none repeats what another has used; `nil`: one in the ceremony's own
    /// folder.
    package let journalPath: String?
    package let operators: Operators?
    /// The file's octets.
    package let octets: [UInt8]
}

extension CeremonyPlan.Act {
    /// As the plan has it.
    package var name: String {
        switch self {
        case .createRoot: Name.createRoot.rawValue
        case .createIntermediate, .createBelow: Name.createIntermediate.rawValue
        case .signCSR: Name.signCSR.rawValue
        case .crossSign: Name.crossSign.rawValue
        case .signCRL: Name.signCRL.rawValue
        }
    }

    enum Name: String, CaseIterable {
        case createRoot = "create-root"
        case createIntermediate = "create-intermediate"
        case signCSR = "sign-csr"
        case crossSign = "cross-sign"
        case signCRL = "sign-crl"
    }
}
