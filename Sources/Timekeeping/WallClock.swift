import Glibc

/// Tells the time of day. A value, so that a test can tell it another.
package struct WallClock: Sendable {
    private let read: @Sendable () -> Instant

    package init(_ read: @escaping @Sendable () -> Instant) {
        self.read = read
    }

    package func now() -> Instant { read() }

    /// The system's clock, cut to whole seconds.
    package static let system = WallClock {
        Instant(secondsSinceEpoch: Int64(time(nil))) ?? .earliest
    }
}
