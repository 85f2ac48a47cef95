package import FoundationEssentials
package import JSONRPC

/// One profile: what a leaf certificate by it may say, and what it says by itself. The members are named as the configuration's keys.
package struct ProfileDescription: Sendable, JSONEncodable {
    /// In seconds.
    package struct Validity: Sendable {
        /// Both ends counted.
        package let maximum: Int64
        /// How long before now a certificate begins where the caller names no start.
        package let backdate: Int64
        /// How far a start that the caller names may lie in the past.
        package let maximumBackdate: Int64
        /// And how far ahead.
        package let maximumDelay: Int64

        package init(maximum: Int64, backdate: Int64, maximumBackdate: Int64, maximumDelay: Int64) {
            self.maximum = maximum
            self.backdate = backdate
            self.maximumBackdate = maximumBackdate
            self.maximumDelay = maximumDelay
        }
    }

    /// Where a certificate tells its readers to look: the profile's own URLs, or its authority's.
    package struct Locations: Sendable {
        package let crlDistributionPoints: [String]
        package let caIssuers: [String]
        package let ocsp: [String]

        package init(crlDistributionPoints: [String], caIssuers: [String], ocsp: [String]) {
            self.crlDistributionPoints = crlDistributionPoints
            self.caIssuers = caIssuers
            self.ocsp = ocsp
        }
    }

    /// What becomes of an extension or attribute in a request that no rule judges.
    package enum RequestedExtensions: Sendable, JSONEncodable {
        case refuse
        case ignoreAll
        /// Dotted OIDs; any other is refused.
        case ignore([String])

        package func encode(into writer: inout JSONWriter) {
            switch self {
            case .refuse: "refuse".encode(into: &writer)
            case .ignoreAll: "ignoreAll".encode(into: &writer)
            case .ignore(let identifiers): identifiers.encode(into: &writer)
            }
        }
    }

    package let id: UUID
    package let name: String
    /// The id of the authority that signs by it.
    package let authority: String
    package let kind: String
    package let subject: SubjectDescription
    package let subjectAlternativeNames: AlternativeNamesDescription
    /// `EC P-256`, `RSA 2048-8192`, `Ed25519`.
    package let keys: [String]
    package let keyUsage: [String]
    /// As dotted OIDs.
    package let extendedKeyUsages: [String]
    package let isExtendedKeyUsageCritical: Bool
    /// As dotted OIDs.
    package let certificatePolicies: [String]
    /// `absent` or `emptySequence`.
    package let basicConstraints: String
    package let validity: Validity
    package let requestedExtensions: RequestedExtensions
    package let locations: Locations

    package init(
        id: UUID, name: String, authority: String, kind: String, subject: SubjectDescription,
        subjectAlternativeNames: AlternativeNamesDescription, keys: [String], keyUsage: [String],
        extendedKeyUsages: [String], isExtendedKeyUsageCritical: Bool, certificatePolicies: [String],
        basicConstraints: String, validity: Validity, requestedExtensions: RequestedExtensions, locations: Locations
    ) {
        self.id = id
        self.name = name
        self.authority = authority
        self.kind = kind
        self.subject = subject
        self.subjectAlternativeNames = subjectAlternativeNames
        self.keys = keys
        self.keyUsage = keyUsage
        self.extendedKeyUsages = extendedKeyUsages
        self.isExtendedKeyUsageCritical = isExtendedKeyUsageCritical
        self.certificatePolicies = certificatePolicies
        self.basicConstraints = basicConstraints
        self.validity = validity
        self.requestedExtensions = requestedExtensions
        self.locations = locations
    }

    package func encode(into writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("id", id.uuidString.lowercased())
            writer.member("name", name)
            writer.member("authority", authority)
            writer.member("kind", kind)
            writer.member("subject", subject)
            writer.member("subjectAlternativeNames", subjectAlternativeNames)
            writer.member("keys", keys)
            writer.member("keyUsage", keyUsage)
            writer.member("extendedKeyUsages", extendedKeyUsages)
            writer.member("extendedKeyUsageCritical", isExtendedKeyUsageCritical)
            writer.member("certificatePolicies", certificatePolicies)
            writer.member("basicConstraints", basicConstraints)
            writer.member("maximumValidity", validity.maximum)
            writer.member("backdate", validity.backdate)
            writer.member("maximumBackdate", validity.maximumBackdate)
            writer.member("maximumDelay", validity.maximumDelay)
            writer.member("requestedExtensions", requestedExtensions)
            writer.member("crlDistributionPoints", locations.crlDistributionPoints)
            writer.member("caIssuers", locations.caIssuers)
            writer.member("ocsp", locations.ocsp)
        }
    }
}
