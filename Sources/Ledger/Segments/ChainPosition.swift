/// A place between two records.
struct ChainPosition: Hashable, Sendable {
    /// The sequence number of the next record.
    var next: UInt64
    /// SHA-256 of the record before it.
    var head: RecordHash

    /// Before the genesis.
    static let start = ChainPosition(next: 1, head: .zero)
}
