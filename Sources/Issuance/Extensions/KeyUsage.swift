/// The key usage bits (RFC 5280 § 4.2.1.3); bit *n* of the raw value is bit *n* of the named-bit list.
package struct KeyUsage: OptionSet, Hashable, Sendable {
    package let rawValue: UInt16

    package init(rawValue: UInt16) { self.rawValue = rawValue & 0x1ff }

    package static let digitalSignature = KeyUsage(rawValue: 1 << 0)
    package static let contentCommitment = KeyUsage(rawValue: 1 << 1)
    package static let keyEncipherment = KeyUsage(rawValue: 1 << 2)
    package static let dataEncipherment = KeyUsage(rawValue: 1 << 3)
    package static let keyAgreement = KeyUsage(rawValue: 1 << 4)
    package static let keyCertSign = KeyUsage(rawValue: 1 << 5)
    package static let cRLSign = KeyUsage(rawValue: 1 << 6)
    package static let encipherOnly = KeyUsage(rawValue: 1 << 7)
    package static let decipherOnly = KeyUsage(rawValue: 1 << 8)

    /// In the order of their bits, by the names of RFC 5280.
    package static let named: [(name: String, usage: KeyUsage)] = [
        ("digitalSignature", .digitalSignature), ("contentCommitment", .contentCommitment),
        ("keyEncipherment", .keyEncipherment), ("dataEncipherment", .dataEncipherment), ("keyAgreement", .keyAgreement),
        ("keyCertSign", .keyCertSign), ("cRLSign", .cRLSign), ("encipherOnly", .encipherOnly),
        ("decipherOnly", .decipherOnly),
    ]

    /// The names of the bits that are set.
    package var names: [String] {
        Self.named.filter { contains($0.usage) }.map(\.name)
    }
}
