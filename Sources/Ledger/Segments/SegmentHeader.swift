internal import FoundationEssentials

//  0   8  magic
//  8   4  format version
// 12  16  journal id
// 28   8  sequence number of the first record
// 36  32  SHA-256 of the record before it
// 68  16  check: the first 16 octets of SHA-256 of octets 0 to 67

/// What a segment's file begins with. Numbers are big-endian.
///
/// In every version of the format the first 12 octets are the magic and the version.
struct SegmentHeader: Hashable, Sendable {
    let journalID: UUID
    let start: ChainPosition

    /// The format that this program writes and reads.
    static let formatVersion: UInt32 = 1
    /// "CSJRNL", a carriage return and a line feed that a text transfer would damage.
    static let magic: UInt64 = 0x4353_4a52_4e4c_0d0a
    /// Octets.
    static let count = 84
    private static let checked = 68
    /// No journal comes so far that its numbers could run over, and none is read that says so.
    private static let lastStart: UInt64 = 1 << 62

    var bytes: [UInt8] {
        var bytes: [UInt8] = []
        bytes.appendBigEndian(Self.magic)
        bytes.appendBigEndian(Self.formatVersion)
        bytes.append(contentsOf: journalID.octets)
        bytes.appendBigEndian(start.next)
        bytes.append(start.head)
        bytes.append(contentsOf: RecordHash(hashing: bytes, 0..<bytes.count).bytes.prefix(Self.count - Self.checked))
        return bytes
    }

    init(journalID: UUID, start: ChainPosition) {
        self.journalID = journalID
        self.start = start
    }

    /// Reads the first octets of a file.
    ///
    /// - Throws: `LedgerError.unsupportedFormat` or `.corrupted`.
    init(_ bytes: [UInt8], path: String) throws(LedgerError) {
        let damaged = LedgerError.corrupted(path: path, offset: 0, sequence: 0, reason: "the file's header is damaged")
        // Whatever else it may be, it has a segment's name, and records may be behind its first octets.
        guard bytes.count >= 12, bytes.bigEndian(at: 0) == Self.magic else { throw damaged }
        let version: UInt32 = bytes.bigEndian(at: 8)
        guard version == Self.formatVersion else {
            throw Self.isSoundButForVersion(bytes) ? damaged : .unsupportedFormat(path: path, version: version)
        }
        guard bytes.count >= Self.count, let journalID = UUID(bytes, at: 12), Self.isSound(bytes) else { throw damaged }
        let next: UInt64 = bytes.bigEndian(at: 28)
        guard (1...Self.lastStart).contains(next) else { throw damaged }
        self.journalID = journalID
        start = ChainPosition(next: next, head: RecordHash(bytes, at: 36))
    }

    private static func isSound(_ bytes: [UInt8]) -> Bool {
        RecordHash(hashing: bytes, 0..<checked).bytes.prefix(count - checked) == bytes[checked..<count]
    }

    /// Whether this was a header of this format before its version was damaged.
    private static func isSoundButForVersion(_ bytes: [UInt8]) -> Bool {
        guard bytes.count >= count else { return false }
        var original: [UInt8] = []
        original.appendBigEndian(magic)
        original.appendBigEndian(formatVersion)
        return isSound(original + bytes[original.count..<count])
    }
}
