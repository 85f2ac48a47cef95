package import JSONRPC

/// Which subject alternative names a request may ask for; a kind that is not here is refused.
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
