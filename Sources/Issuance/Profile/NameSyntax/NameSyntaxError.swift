/// Why a text is not a name of its kind: a phrase that continues it, such as "has an underscore".
package struct NameSyntaxError: Error, Hashable, Sendable, CustomStringConvertible {
    package let description: String

    init(_ description: String) { self.description = description }
}
