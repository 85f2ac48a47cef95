internal import FoundationEssentials

/// What a certificate is looked up by, in 64 bits. Two that share one are both found, and told apart by their rows.
struct LookupKey: Hashable, Sendable {
    /// As SQLite holds it.
    let number: Int64

    init(number: Int64) {
        self.number = number
    }

    static func certificateID(_ id: [UInt8]) -> LookupKey { LookupKey(1, id) }
    static func serial(_ octets: [UInt8]) -> LookupKey { LookupKey(2, octets) }
    static func csr(_ hash: [UInt8]) -> LookupKey { LookupKey(3, hash) }
    /// A line of a `NameBlock`: its kind and its folded text.
    static func name(_ line: ArraySlice<UInt8>) -> LookupKey { LookupKey(4, line) }
    // What many certificates share.
    static func authority(_ id: Int64) -> LookupKey { LookupKey(5, id) }
    static func profile(_ id: [UInt8]) -> LookupKey { LookupKey(6, id) }
    static func requester(_ uid: UInt32) -> LookupKey { LookupKey(7, Int64(uid)) }

    /// FNV-1a: the same in every process, and quick for the few octets that these are. Who brings two certificates to one key has
    /// gained a row that is read in vain.
    private init(_ kind: UInt8, _ octets: some Sequence<UInt8>) {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        func mix(_ octet: UInt8) { hash = (hash ^ UInt64(octet)) &* 0x0000_0100_0000_01b3 }
        mix(kind)
        for octet in octets { mix(octet) }
        number = Int64(bitPattern: hash)
    }

    /// Which of a chapter's buckets it is in.
    var bucket: Int { Int(truncatingIfNeeded: UInt64(bitPattern: number) >> 56) }

    private init(_ kind: UInt8, _ number: Int64) {
        self.init(kind, (0..<8).lazy.map { UInt8(truncatingIfNeeded: number >> (8 * $0)) })
    }
}
