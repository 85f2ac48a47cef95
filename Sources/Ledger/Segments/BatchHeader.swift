internal import FoundationEssentials

//  0   4  magic
//  4   4  number of records
//  8   4  octets of the records
// 12   8  sequence number of the first
// 20  32  SHA-256 of the last
// 52  16  check: the first 16 octets of SHA-256 of the journal id and octets 0 to 51
// 68      the records

/// What one fdatasync covers: its records were acknowledged together, or not at all. Numbers are big-endian.
///
/// Through the chain the hash of the last record vouches for every octet of the batch. The check is keyed with the
/// journal's id, which nobody outside knows: no text that a requester gets into a certificate can pass for a header.
struct BatchHeader: Hashable, Sendable {
    let records: UInt32
    let octets: UInt32
    let firstSequence: UInt64
    let lastHash: RecordHash

    static let magic: UInt32 = 0x4353_4254  // CSBT
    /// Octets.
    static let count = 68
    private static let checked = 52

    /// Puts the header into the place that was kept for it.
    func write(to bytes: inout [UInt8], at offset: Int, journalID: [UInt8]) {
        var header: [UInt8] = []
        header.reserveCapacity(Self.count)
        header.appendBigEndian(Self.magic)
        header.appendBigEndian(records)
        header.appendBigEndian(octets)
        header.appendBigEndian(firstSequence)
        header.append(lastHash)
        header.append(contentsOf: Self.check(header, at: 0, journalID: journalID))
        bytes.replaceSubrange(offset..<(offset + Self.count), with: header)
    }

    /// Reads from a buffer that has the octets for it; `nil` where there is no header.
    init?(_ bytes: [UInt8], at offset: Int, journalID: [UInt8]) {
        guard
            bytes.bigEndian(at: offset) == Self.magic,
            Self.check(bytes, at: offset, journalID: journalID)
                == bytes[(offset + Self.checked)..<(offset + Self.count)]
        else { return nil }
        records = bytes.bigEndian(at: offset + 4)
        octets = bytes.bigEndian(at: offset + 8)
        firstSequence = bytes.bigEndian(at: offset + 12)
        lastHash = RecordHash(bytes, at: offset + 20)
    }

    init(records: UInt32, octets: UInt32, firstSequence: UInt64, lastHash: RecordHash) {
        self.records = records
        self.octets = octets
        self.firstSequence = firstSequence
        self.lastHash = lastHash
    }

    private static func check(_ bytes: [UInt8], at offset: Int, journalID: [UInt8]) -> ArraySlice<UInt8> {
        RecordHash(hashing: journalID, bytes, offset..<(offset + checked)).bytes.prefix(count - checked)
    }
}
