import FoundationEssentials

/// One message between the daemon and a module's host, as it crosses their socket: how many octets follow, as four octets with the
/// highest first; what kind of message it is, as one; and the message.
struct Frame: Hashable, Sendable {
    let kind: UInt8
    let payload: [UInt8]

    /// A CRL of a million entries is about half as long.
    static let longest = 64 << 20
    static let headerLength = 5

    var octets: [UInt8] {
        var octets: [UInt8] = []
        octets.reserveCapacity(Self.headerLength + payload.count)
        octets.append(bigEndian: UInt32(clamping: payload.count + 1))
        octets.append(kind)
        octets += payload
        return octets
    }
}

extension Frame {
    /// A value as a payload has it.
    static func json(_ value: some Encodable) throws(MalformedFrame) -> [UInt8] {
        do { return Array(try JSONEncoder().encode(value)) } catch { throw MalformedFrame("\(error)") }
    }

    /// What `json` was made of.
    static func value<Value: Decodable>(_ octets: some Sequence<UInt8>) throws(MalformedFrame) -> Value {
        do { return try JSONDecoder().decode(Value.self, from: Data(octets)) } catch {
            throw MalformedFrame("\(error)")
        }
    }
}

/// What came is not of this protocol: the other side has lost its way.
struct MalformedFrame: Error, Hashable {
    let reason: String

    init(_ reason: String) { self.reason = reason }
}

extension [UInt8] {
    mutating func append(bigEndian number: some FixedWidthInteger) {
        unsafe Swift.withUnsafeBytes(of: number.bigEndian) { unsafe append(contentsOf: $0) }
    }
}

extension ArraySlice<UInt8> {
    /// Takes a number from the front.
    mutating func takeNumber<Number: FixedWidthInteger>(_: Number.Type) throws(MalformedFrame) -> Number {
        let size = Number.bitWidth / 8
        guard count >= size else { throw MalformedFrame("a message is cut off") }
        defer { removeFirst(size) }
        return prefix(size).reduce(0) { $0 << 8 | Number(truncatingIfNeeded: $1) }
    }
}
