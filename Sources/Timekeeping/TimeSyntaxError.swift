/// Why a text is not a time or a lifetime: a phrase that continues the name of what was read, such as "ttl …".
package struct TimeSyntaxError: Error, Hashable, Sendable, CustomStringConvertible {
    package let description: String

    package init(_ description: String) {
        self.description = description
    }
}
