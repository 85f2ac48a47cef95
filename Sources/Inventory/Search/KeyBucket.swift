/// Keys of a chapter whose first octet is the same, and the certificates that have them, in the order of the journal.
///
/// Eight octets each, big-endian: four of the key, which with the bucket's own are enough to be seldom wrong, and in four how far the
/// certificate's sequence number lies behind the chapter's first.
struct KeyBucket {
    /// Buckets of a chapter.
    static let count = 256

    private(set) var octets: [UInt8]

    /// Of a damaged file it is something else, which is no more than wrong.
    init(octets: [UInt8] = []) {
        self.octets = octets
    }

    /// Its number among those of all chapters.
    static func id(_ bucket: Int, ofChapter chapter: Int64) -> Int64 { chapter &* Int64(count) &+ Int64(bucket) }

    mutating func append(_ key: LookupKey, _ distance: Int64) {
        let entry = UInt64(Self.tag(of: key)) << 32 | UInt64(UInt32(clamping: distance))
        for shift in stride(from: 56, through: 0, by: -8) {
            octets.append(UInt8(truncatingIfNeeded: entry >> UInt64(shift)))
        }
    }

    /// How far behind the chapter's first record those are that may have the key, the last first.
    func distances(of key: LookupKey) -> [Int64] {
        let tag = Self.tag(of: key)
        var distances: [Int64] = []
        for place in stride(from: octets.count & ~7, to: 0, by: -8) {
            guard number(at: place - 8) == tag, case let distance = Int64(number(at: place - 4)) else { continue }
            // A name may stand in a certificate twice.
            if distances.last != distance { distances.append(distance) }
        }
        return distances
    }

    private static func tag(of key: LookupKey) -> UInt32 {
        UInt32(truncatingIfNeeded: UInt64(bitPattern: key.number) >> 24)
    }

    private func number(at place: Int) -> UInt32 {
        UInt32(octets[place]) << 24 | UInt32(octets[place + 1]) << 16 | UInt32(octets[place + 2]) << 8
            | UInt32(octets[place + 3])
    }
}
