package import JSONRPC

/// Which subject a request may name.
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
