/// Which subject a request may name.
package struct SubjectRules: Hashable, Sendable {
    package struct FieldRule: Hashable, Sendable {
        package var isRequired = false
        package var maximumCount = 1
        /// Where given, the value is one of these, to the letter.
        package var allowedValues: [String]?

        package init(isRequired: Bool = false, maximumCount: Int = 1, allowedValues: [String]? = nil) {
            self.isRequired = isRequired
            self.maximumCount = maximumCount
            self.allowedValues = allowedValues
        }
    }

    /// A field that is not here is refused, unless `admitsAnyField`.
    package var fields: [SubjectField: FieldRule]
    /// Takes any attribute without a rule in `fields`, any number of times.
    package var admitsAnyField: Bool
    /// Where true, a request with a SAN may leave its subject empty.
    package var mayBeEmpty: Bool

    package init(fields: [SubjectField: FieldRule], admitsAnyField: Bool = false, mayBeEmpty: Bool) {
        self.fields = fields
        self.admitsAnyField = admitsAnyField
        self.mayBeEmpty = mayBeEmpty
    }
}
