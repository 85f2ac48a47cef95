internal import DERCoding
internal import FoundationEssentials
internal import Timekeeping

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

    /// Seconds since 1970, not before it.
    mutating func instant() throws(DERError) -> Instant {
        guard let seconds = Int64(exactly: try unsignedInteger()), let instant = Instant(secondsSinceEpoch: seconds)
        else {
            throw .unexpectedValue
        }
        return instant
    }

    /// The number of a CRL's partition, where one is given.
    mutating func partition(_ tag: UInt8) throws(DERError) -> UInt32? {
        guard nextTag == tag else { return nil }
        guard let number = UInt32(exactly: try unsignedInteger(tag)) else { throw .unexpectedValue }
        return number
    }

    /// An INTEGER that is not negative and fits.
    mutating func unsignedInteger(_ tag: UInt8 = DERTag.integer) throws(DERError) -> UInt64 {
        let contents = try integer(tag)
        guard let first = contents.first, first < 0x80, contents.count <= 9, contents.count < 9 || first == 0 else {
            throw .unexpectedValue
        }
        return contents.reduce(0) { $0 << 8 | UInt64($1) }
    }
}
