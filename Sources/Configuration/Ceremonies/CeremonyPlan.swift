package import Issuance
package import Timekeeping

/// What a ceremony is to do, as its plan says.
package struct CeremonyPlan: Sendable {
    package enum Act: Sendable {
        case createRoot(Root)
        /// A request for an intermediate CA's certificate, by the CA's own key; the subject is the DER of a Name.
        case createIntermediate(subject: [UInt8])
        case signCSR(Subordinate)
    }

    package struct Root: Sendable {
        /// The DER of a Name.
        package let subject: [UInt8]
        package let validity: Lifetime
        /// How many CAs may follow below; `nil` for no limit (RFC 5280 § 4.2.1.9).
        package let pathLength: Int?
    }

    /// An intermediate CA's certificate, for a request that is in a file.
    package struct Subordinate: Sendable {
        package let requestPath: String
        /// The signing CA's certificate and those above it, in PEM.
        package let issuerPath: String
        package let rules: IntermediateRules
        package let pathLength: PathLengthOrder
        package let locations: Locations
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
    package let operators: Operators?
    /// The file's octets.
    package let octets: [UInt8]
}

extension CeremonyPlan.Act {
    /// As the plan has it.
    package var name: String {
        switch self {
        case .createRoot: Name.createRoot.rawValue
        case .createIntermediate: Name.createIntermediate.rawValue
        case .signCSR: Name.signCSR.rawValue
        }
    }

    enum Name: String, CaseIterable {
        case createRoot = "create-root"
        case createIntermediate = "create-intermediate"
        case signCSR = "sign-csr"
    }
}
