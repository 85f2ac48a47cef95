package import FoundationEssentials
package import JSONRPC

/// The result of `listProfiles`: the profiles that the caller may use, with their rules.
package struct ProfileList: Sendable, JSONEncodable {
    package let profiles: [ProfileDescription]

    package init(profiles: [ProfileDescription]) {
        self.profiles = profiles
    }

    package func encode(into writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("profiles", profiles)
        }
    }
}

/// One profile: what a leaf certificate by it may say.
package struct ProfileDescription: Sendable, JSONEncodable {
    package var id: UUID
    package var name: String
    /// The id of the authority that signs by it.
    package var authority: String
    package var kind: String
    package var subject: SubjectDescription
    package var subjectAlternativeNames: AlternativeNamesDescription
    /// `EC P-256`, `RSA 2048-8192`, `Ed25519`.
    package var keys: [String]
    package var keyUsage: [String]
    /// As dotted OIDs.
    package var extendedKeyUsages: [String]
    /// In seconds, both ends counted.
    package var maximumValidity: Int64

    package init(
        id: UUID, name: String, authority: String, kind: String, subject: SubjectDescription,
        subjectAlternativeNames: AlternativeNamesDescription, keys: [String], keyUsage: [String],
        extendedKeyUsages: [String], maximumValidity: Int64
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
        self.maximumValidity = maximumValidity
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
            writer.member("maximumValidity", maximumValidity)
        }
    }
}

package struct SubjectDescription: Sendable, JSONEncodable {
    package struct Field: Sendable, JSONEncodable {
        /// The short name: `CN`, `O`.
        package let name: String
        package let isRequired: Bool
        package let maximumCount: Int
        /// `nil`: any value.
        package let allowedValues: [String]?

        package init(name: String, isRequired: Bool, maximumCount: Int, allowedValues: [String]?) {
            self.name = name
            self.isRequired = isRequired
            self.maximumCount = maximumCount
            self.allowedValues = allowedValues
        }

        package func encode(into writer: inout JSONWriter) {
            writer.object { writer in
                writer.member("name", name)
                writer.member("required", isRequired)
                writer.member("maximumCount", maximumCount)
                if let allowedValues { writer.member("allowed", allowedValues) }
            }
        }
    }

    package let mayBeEmpty: Bool
    package let admitsAnyField: Bool
    package let fields: [Field]

    package init(mayBeEmpty: Bool, admitsAnyField: Bool, fields: [Field]) {
        self.mayBeEmpty = mayBeEmpty
        self.admitsAnyField = admitsAnyField
        self.fields = fields
    }

    package func encode(into writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("mayBeEmpty", mayBeEmpty)
            writer.member("anyField", admitsAnyField)
            writer.member("fields", fields)
        }
    }
}

package struct AlternativeNamesDescription: Sendable, JSONEncodable {
    package struct Kind: Sendable, JSONEncodable {
        /// `dns`, `ip`, `email` or `uri`.
        package let name: String
        package let allowed: [String]
        package let denied: [String]
        package let minimumCount: Int
        package let maximumCount: Int

        package init(name: String, allowed: [String], denied: [String], minimumCount: Int, maximumCount: Int) {
            self.name = name
            self.allowed = allowed
            self.denied = denied
            self.minimumCount = minimumCount
            self.maximumCount = maximumCount
        }

        package func encode(into writer: inout JSONWriter) {
            writer.object { writer in
                writer.member("allowed", allowed)
                writer.member("denied", denied)
                writer.member("minimumCount", minimumCount)
                writer.member("maximumCount", maximumCount)
            }
        }
    }

    package let isRequired: Bool
    package let admitsWildcards: Bool
    package let kinds: [Kind]

    package init(isRequired: Bool, admitsWildcards: Bool, kinds: [Kind]) {
        self.isRequired = isRequired
        self.admitsWildcards = admitsWildcards
        self.kinds = kinds
    }

    package func encode(into writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("required", isRequired)
            writer.member("wildcards", admitsWildcards)
            for kind in kinds { writer.member(kind.name, kind) }
        }
    }
}
