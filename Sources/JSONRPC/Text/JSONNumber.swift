/// A number as it was written (RFC 8259 § 6), so that nothing of it is lost to a floating-point type.
package struct JSONNumber: Hashable, Sendable {
    /// In JSON's grammar. Two numbers are equal where these are: `1.0` is not `1.00`.
    package let text: String

    /// Takes the parser's word for the grammar.
    init(validated text: String) { self.text = text }

    package init(_ value: Int64) { self.text = String(value) }

    /// The value of a number written without fraction and exponent; `nil` for any other, and for one beyond 64 bits.
    package var integer: Int64? { Int64(text) }
}
