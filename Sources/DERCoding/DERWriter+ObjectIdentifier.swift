package import SwiftASN1

extension DERWriter {
    /// X.690 § 8.19: the first two arcs as one number, every number in base 128, the fewest octets each.
    package mutating func objectIdentifier(_ identifier: ASN1ObjectIdentifier) {
        let arcs = identifier.oidComponents
        constructed(DERTag.objectIdentifier) { content in
            guard arcs.count >= 2 else { return }
            // Came out of one number, so it fits into one again.
            content.base128(arcs[0] * 40 + arcs[1])
            for arc in arcs.dropFirst(2) { content.base128(arc) }
        }
    }

    private mutating func base128(_ number: UInt) {
        let groups = Swift.max(1, (UInt.bitWidth - number.leadingZeroBitCount + 6) / 7)
        for group in stride(from: groups - 1, through: 0, by: -1) {
            let octet = UInt8(truncatingIfNeeded: number >> (group * 7)) & 0x7f
            octets.append(group == 0 ? octet : octet | 0x80)
        }
    }
}
