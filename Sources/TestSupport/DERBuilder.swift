/// Writes DER, and what is nearly DER, element by element.
package enum DERBuilder {
    /// Any tag over any contents, with the shortest length.
    package static func element(_ tag: UInt8, _ contents: [UInt8]...) -> [UInt8] {
        let contents = contents.flatMap(\.self)
        return [tag] + length(contents.count) + contents
    }

    package static func sequence(_ elements: [UInt8]...) -> [UInt8] { element(0x30, elements.flatMap(\.self)) }
    package static func set(_ elements: [UInt8]...) -> [UInt8] { element(0x31, elements.flatMap(\.self)) }
    package static func octetString(_ contents: [UInt8]) -> [UInt8] { element(0x04, contents) }
    package static func bitString(_ octets: [UInt8], unusedBits: UInt8 = 0) -> [UInt8] {
        element(0x03, [unusedBits], octets)
    }

    /// A positive INTEGER of these octets, with a leading zero where the first bit is set.
    package static func integer(_ magnitude: [UInt8]) -> [UInt8] {
        let digits = Array(magnitude.drop { $0 == 0 })
        guard let first = digits.first else { return element(0x02, [0]) }
        return element(0x02, first >= 0x80 ? [0] : [], digits)
    }

    package static func objectIdentifier(_ arcs: UInt...) -> [UInt8] { objectIdentifier(arcs) }

    package static func objectIdentifier(_ arcs: [UInt]) -> [UInt8] {
        guard arcs.count >= 2 else { return element(0x06) }
        return element(0x06, ([arcs[0] * 40 + arcs[1]] + arcs[2...]).flatMap(base128))
    }

    package static func text(_ tag: UInt8, _ text: String) -> [UInt8] { element(tag, Array(text.utf8)) }

    private static func base128(_ number: UInt) -> [UInt8] {
        var octets = [UInt8(number & 0x7f)]
        var rest = number >> 7
        while rest > 0 {
            octets.insert(UInt8(rest & 0x7f) | 0x80, at: 0)
            rest >>= 7
        }
        return octets
    }

    private static func length(_ count: Int) -> [UInt8] {
        if count < 0x80 { return [UInt8(count)] }
        var octets: [UInt8] = []
        var rest = count
        while rest > 0 {
            octets.insert(UInt8(rest & 0xff), at: 0)
            rest >>= 8
        }
        return [0x80 | UInt8(octets.count)] + octets
    }
}
