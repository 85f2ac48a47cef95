//  0   4  length of the body in octets
//  4   2  kind
//  6   2  version of the kind
//  8   8  sequence number
// 16   8  time: seconds since 1970-01-01T00:00:00Z, two's complement
// 24  32  SHA-256 of the record before, frame and body
// 56      body: DER

/// What a record begins with. Numbers are big-endian.
struct RecordFrame: Hashable, Sendable {
    var bodyLength: UInt32
    let kind: UInt16
    let version: UInt16
    let sequence: UInt64
    let time: Int64
    let previous: RecordHash

    /// Octets.
    static let count = 56

    func append(to bytes: inout [UInt8]) {
        bytes.appendBigEndian(bodyLength)
        bytes.appendBigEndian(kind)
        bytes.appendBigEndian(version)
        bytes.appendBigEndian(sequence)
        bytes.appendBigEndian(UInt64(bitPattern: time))
        bytes.append(previous)
    }
}

extension RecordFrame {
    /// Reads from a buffer that has the octets for it.
    init(_ bytes: [UInt8], at offset: Int) {
        bodyLength = bytes.bigEndian(at: offset)
        kind = bytes.bigEndian(at: offset + 4)
        version = bytes.bigEndian(at: offset + 6)
        sequence = bytes.bigEndian(at: offset + 8)
        time = Int64(bitPattern: bytes.bigEndian(at: offset + 16))
        previous = RecordHash(bytes, at: offset + 24)
    }
}
