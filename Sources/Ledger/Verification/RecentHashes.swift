/// The hashes of the last records that were read: what checkpoints on record speak of is never far behind them.
struct RecentHashes {
    private var hashes: [RecordHash]
    private var last: UInt64 = 0

    /// - Parameter count: how many are kept, at 32 octets each.
    init(count: Int = 1 << 16) {
        hashes = [RecordHash](repeating: .zero, count: max(1, count))
    }

    /// Takes in the next record.
    mutating func add(_ record: JournalRecord) {
        last = record.sequence
        hashes[place(of: last)] = record.hash
    }

    /// `nil` for a record that is too far behind, or was not read yet.
    subscript(sequence: UInt64) -> RecordHash? {
        guard sequence > 0, sequence <= last, last - sequence < UInt64(hashes.count) else { return nil }
        return hashes[place(of: sequence)]
    }

    private func place(of sequence: UInt64) -> Int { Int(sequence % UInt64(hashes.count)) }
}
