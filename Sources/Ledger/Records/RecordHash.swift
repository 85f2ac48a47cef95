internal import Crypto
internal import DERCoding

/// SHA-256 of a record: what chains the next one to it.
package struct RecordHash: Hashable, Sendable {
    /// The digest's octets as four numbers, most significant octet first.
    private let first, second, third, fourth: UInt64

    /// Octets of a hash.
    static let count = 32

    /// Stands before the genesis.
    package static let zero = RecordHash(0, 0, 0, 0)

    private init(_ first: UInt64, _ second: UInt64, _ third: UInt64, _ fourth: UInt64) {
        self.first = first
        self.second = second
        self.third = third
        self.fourth = fourth
    }

    /// SHA-256 of part of a buffer.
    init(hashing bytes: [UInt8], _ range: Range<Int>) {
        self.init(hashing: [], bytes, range)
    }

    /// SHA-256 of `prefix` and of part of a buffer, one after the other.
    init(hashing prefix: [UInt8], _ bytes: [UInt8], _ range: Range<Int>) {
        var function = SHA256()
        if !prefix.isEmpty { unsafe prefix.withUnsafeBytes { unsafe function.update(bufferPointer: $0) } }
        unsafe bytes[range].withUnsafeBytes { unsafe function.update(bufferPointer: $0) }
        self = unsafe function.finalize().withUnsafeBytes { digest in
            RecordHash(
                unsafe digest.loadUnaligned(fromByteOffset: 0, as: UInt64.self).bigEndian,
                unsafe digest.loadUnaligned(fromByteOffset: 8, as: UInt64.self).bigEndian,
                unsafe digest.loadUnaligned(fromByteOffset: 16, as: UInt64.self).bigEndian,
                unsafe digest.loadUnaligned(fromByteOffset: 24, as: UInt64.self).bigEndian)
        }
    }

    /// `nil` unless there are 32 octets.
    package init?(_ bytes: [UInt8]) {
        guard bytes.count == Self.count else { return nil }
        self.init(bytes, at: 0)
    }

    /// Reads 32 octets from a buffer that has them.
    init(_ bytes: [UInt8], at offset: Int) {
        self.init(
            bytes.bigEndian(at: offset), bytes.bigEndian(at: offset + 8),
            bytes.bigEndian(at: offset + 16), bytes.bigEndian(at: offset + 24))
    }

    /// The 32 octets.
    package var bytes: [UInt8] {
        var bytes: [UInt8] = []
        bytes.append(self)
        return bytes
    }

    fileprivate func append(to bytes: inout [UInt8]) {
        bytes.appendBigEndian(first)
        bytes.appendBigEndian(second)
        bytes.appendBigEndian(third)
        bytes.appendBigEndian(fourth)
    }
}

extension RecordHash: CustomStringConvertible {
    /// 64 hexadecimal digits.
    package var description: String { bytes.hex }
}

extension [UInt8] {
    mutating func append(_ hash: RecordHash) { hash.append(to: &self) }
}
