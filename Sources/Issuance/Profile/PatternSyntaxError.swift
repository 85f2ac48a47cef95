/// Why a text is not a pattern: a phrase that continues it.
package struct PatternSyntaxError: Error, Hashable, Sendable, CustomStringConvertible {
    package let description: String
    package init(_ description: String) { self.description = description }
}
