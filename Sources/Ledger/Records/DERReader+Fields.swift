internal import DERCoding
internal import FoundationEssentials

/// The types that records use.
extension DERReader {
    mutating func octets(_ tag: UInt8 = DERTag.octetString) throws(DERError) -> [UInt8] {
        Array(contents(try next(tag)))
    }

    mutating func uuid(_ tag: UInt8 = DERTag.octetString) throws(DERError) -> UUID {
        let range = try next(tag).contents
        guard range.count == 16, let uuid = UUID(bytes, at: range.lowerBound) else { throw .unexpectedValue }
        return uuid
    }

    mutating func utf8String() throws(DERError) -> String {
        guard let string = String(validating: contents(try next(DERTag.utf8String)), as: UTF8.self) else {
            throw .invalidString
        }
        return string
    }

    /// One octet is enough for every ENUMERATED of ours.
    mutating func enumerated() throws(DERError) -> UInt8 {
        let contents = contents(try next(DERTag.enumerated))
        guard contents.count == 1, let value = contents.first, value < 0x80 else { throw .unexpectedValue }
        return value
    }

    /// An INTEGER that is not negative and fits.
    mutating func unsignedInteger() throws(DERError) -> UInt64 {
        let contents = try integer()
        guard let first = contents.first, first < 0x80, contents.count <= 9, contents.count < 9 || first == 0 else {
            throw .unexpectedValue
        }
        return contents.reduce(0) { $0 << 8 | UInt64($1) }
    }
}
