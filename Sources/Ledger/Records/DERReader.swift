internal import FoundationEssentials

/// Reads DER (X.690 § 10) from part of a buffer, element by element, with nothing but the types that records use.
struct DERReader {
    /// The octets are not what was expected, or not in the one form that DER allows.
    struct Malformed: Error {}

    private let bytes: [UInt8]
    private var position: Int
    private let limit: Int

    /// `range` lies within `bytes`.
    init(_ bytes: [UInt8], _ range: Range<Int>) {
        self.bytes = bytes
        position = range.lowerBound
        limit = range.upperBound
    }

    /// Throws unless everything was read.
    func end() throws(Malformed) {
        guard position == limit else { throw Malformed() }
    }

    func isAt(_ tag: DERTag) -> Bool {
        position < limit && bytes[position] == tag.rawValue
    }

    /// The elements of a SEQUENCE.
    mutating func sequence() throws(Malformed) -> DERReader {
        DERReader(bytes, try element(.sequence))
    }

    mutating func octets(_ tag: DERTag) throws(Malformed) -> [UInt8] {
        Array(bytes[try element(tag)])
    }

    mutating func uuid(_ tag: DERTag) throws(Malformed) -> UUID {
        let range = try element(tag)
        guard range.count == 16, let uuid = UUID(bytes, at: range.lowerBound) else { throw Malformed() }
        return uuid
    }

    mutating func utf8String() throws(Malformed) -> String {
        guard let string = String(validating: bytes[try element(.utf8String)], as: UTF8.self) else {
            throw Malformed()
        }
        return string
    }

    /// One octet is enough for every ENUMERATED of ours.
    mutating func enumerated() throws(Malformed) -> UInt8 {
        let range = try element(.enumerated)
        guard range.count == 1, bytes[range.lowerBound] < 0x80 else { throw Malformed() }
        return bytes[range.lowerBound]
    }

    /// An INTEGER that is not negative and fits.
    mutating func integer() throws(Malformed) -> UInt64 {
        let range = try element(.integer)
        guard let first = bytes[range].first, first < 0x80, range.count <= 9, range.count < 9 || first == 0 else {
            throw Malformed()
        }
        // X.690 § 8.3.2: the first nine bits are not all zero.
        guard range.count == 1 || first != 0 || bytes[range.lowerBound + 1] >= 0x80 else { throw Malformed() }
        return bytes[range].reduce(0) { $0 << 8 | UInt64($1) }
    }

    /// Moves over one element. Returns where its content is.
    private mutating func element(_ tag: DERTag) throws(Malformed) -> Range<Int> {
        guard limit - position >= 2, bytes[position] == tag.rawValue else { throw Malformed() }
        var length = Int(bytes[position + 1])
        position += 2
        if length >= 0x80 {
            let octets = length - 0x80
            // Nothing of ours is longer than three octets can say.
            guard (1...3).contains(octets), limit - position >= octets else { throw Malformed() }
            length = bytes[position..<(position + octets)].reduce(0) { $0 << 8 | Int($1) }
            // X.690 § 10.1: the fewest octets.
            guard length >= 0x80, bytes[position] != 0 else { throw Malformed() }
            position += octets
        }
        guard limit - position >= length else { throw Malformed() }
        defer { position += length }
        return position..<(position + length)
    }
}
