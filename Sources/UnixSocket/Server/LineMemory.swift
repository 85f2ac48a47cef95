import Synchronization

/// What the lines of all connections take: those that have begun, and those that are being answered. A connection with little
/// may always go on; one with much only while there is room.
final class LineMemory: Sendable {
    /// What each connection may take whatever the others do: a request with an ordinary CSR, and more.
    static let allowance = 16 << 10

    private let taken = Atomic(0)
    private let limit: Int
    private let isExtraTaken = Atomic(false)

    init(limit: Int) { self.limit = limit }

    var bytes: Int { taken.load(ordering: .relaxed) }

    func change(by bytes: Int) { taken.wrappingAdd(bytes, ordering: .relaxed) }

    /// Whether a connection that holds so much may hold more.
    func hasRoom(beside held: Int) -> Bool { held <= Self.allowance || bytes < limit }

    /// Room for one connection more, so that where all wait for room, one line after the other comes to its end.
    ///
    /// - Returns: whether it was free; the caller gives it back.
    func takeExtra() -> Bool {
        isExtraTaken.compareExchange(expected: false, desired: true, ordering: .acquiringAndReleasing).exchanged
    }

    func giveBackExtra() { isExtraTaken.store(false, ordering: .releasing) }
}
