/// The points of edwards25519 whose order divides its cofactor 8 (RFC 8032 § 5.1). BoringSSL takes them for keys, and takes
/// signatures by them that nobody needed a secret for, so a proof of possession by one proves nothing.
enum Ed25519Points {
    /// The y of each, little-endian, without the sign of x; also where it stands as y + p, which some decoders take.
    private static let smallOrder: Set<[UInt8]> = {
        let p: [UInt8] = [0xed] + [UInt8](repeating: 0xff, count: 30) + [0x7f]
        var ys: Set<[UInt8]> = []
        // Order 4: y = 0, and p; order 1: 1, and p + 1; order 2: −1.
        ys.formUnion([[0] + [UInt8](repeating: 0, count: 31), p])
        ys.formUnion([[1] + [UInt8](repeating: 0, count: 31), [0xee] + p.dropFirst(), [0xec] + p.dropFirst()])
        // Order 8: y² = (−1 − √(1 + d)) / d, either root.
        ys.insert([
            0x26, 0xe8, 0x95, 0x8f, 0xc2, 0xb2, 0x27, 0xb0, 0x45, 0xc3, 0xf4, 0x89, 0xf2, 0xef, 0x98, 0xf0,
            0xd5, 0xdf, 0xac, 0x05, 0xd3, 0xc6, 0x33, 0x39, 0xb1, 0x38, 0x02, 0x88, 0x6d, 0x53, 0xfc, 0x05,
        ])
        ys.insert([
            0xc7, 0x17, 0x6a, 0x70, 0x3d, 0x4d, 0xd8, 0x4f, 0xba, 0x3c, 0x0b, 0x76, 0x0d, 0x10, 0x67, 0x0f,
            0x2a, 0x20, 0x53, 0xfa, 0x2c, 0x39, 0xcc, 0xc6, 0x4e, 0xc7, 0xfd, 0x77, 0x92, 0xac, 0x03, 0x7a,
        ])
        return ys
    }()

    /// `octets`: 32 of them, as of RFC 8032 § 5.1.2.
    static func isOfSmallOrder(_ octets: [UInt8]) -> Bool {
        guard let last = octets.last else { return false }
        return smallOrder.contains(octets.dropLast() + [last & 0x7f])
    }
}
