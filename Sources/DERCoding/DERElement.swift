/// One element: its identifier octet, and where it lies in the buffer.
package struct DERElement: Hashable, Sendable {
    /// The first identifier octet: class, the constructed bit, and the tag number where it is below 31 (X.690 § 8.1.2).
    package let identifier: UInt8
    /// Identifier, length and contents.
    package let encoding: Range<Int>
    package let contents: Range<Int>

    package var isConstructed: Bool { identifier & 0x20 != 0 }
}
