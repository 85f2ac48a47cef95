import Synchronization

/// How long a key's signatures took of late, from the call into the token to the verified signature, waiting for a session not counted.
package struct SigningLatencies: Hashable, Sendable, Codable {
    /// Signatures that were counted.
    package let count: UInt64
    package let median: Duration
    /// Nine of ten took no longer.
    package let p90: Duration
    /// 99 of 100 took no longer.
    package let p99: Duration

    package init(count: UInt64, median: Duration, p90: Duration, p99: Duration) {
        self.count = count
        self.median = median
        self.p90 = p90
        self.p99 = p99
    }
}

/// Counts latencies over the last one to two minutes: one window fills while the one before it still counts.
final class LatencyRecord: Sendable {
    private static let window: UInt64 = 60_000_000_000

    private struct State {
        var current = LatencyHistogram()
        var previous = LatencyHistogram()
        /// Nanoseconds of uptime.
        var begun: UInt64 = 0

        mutating func turn(at now: UInt64) {
            guard now &- begun >= window else { return }
            // Where nothing was counted for longer, both are of the past.
            previous = now &- begun >= 2 * window ? LatencyHistogram() : current
            current = LatencyHistogram()
            begun = now
        }
    }

    private let state = Mutex(State())

    /// Both in nanoseconds, `now` of uptime.
    func add(_ latency: UInt64, now: UInt64) {
        state.withLock { state in
            state.turn(at: now)
            state.current.add(latency)
        }
    }

    /// `nil` where there was no signature.
    func latencies(now: UInt64) -> SigningLatencies? {
        let all = state.withLock { state in
            state.turn(at: now)
            return state.current.adding(state.previous)
        }
        guard all.count > 0 else { return nil }
        func quantile(_ perHundred: UInt64) -> Duration {
            .nanoseconds(Int64(clamping: all.upperBound(ofPerHundred: perHundred)))
        }
        return SigningLatencies(count: all.count, median: quantile(50), p90: quantile(90), p99: quantile(99))
    }
}

/// Counts in buckets of equal relative width: what is read off is at most a sixteenth too high.
struct LatencyHistogram: Hashable, Sendable {
    /// Each power of two of microseconds is divided in so many buckets.
    private static let divisions = 16
    /// Up to 2³² µs, more than an hour; what takes longer counts as that.
    private static let powers = 32
    private static let bucketCount = divisions * (powers - 3)

    private var counts: [UInt32] = []
    private(set) var count: UInt64 = 0

    mutating func add(_ nanoseconds: UInt64) {
        if counts.isEmpty { counts = Array(repeating: 0, count: Self.bucketCount) }
        let bucket = Self.bucket(of: nanoseconds / 1000)
        counts[bucket] &+= 1
        count &+= 1
    }

    func adding(_ other: LatencyHistogram) -> LatencyHistogram {
        guard !other.counts.isEmpty else { return self }
        guard !counts.isEmpty else { return other }
        var sum = self
        for index in counts.indices { sum.counts[index] &+= other.counts[index] }
        sum.count &+= other.count
        return sum
    }

    /// The upper bound, in nanoseconds, of the bucket that holds the quantile; zero where nothing was counted.
    func upperBound(ofPerHundred perHundred: UInt64) -> UInt64 {
        // The rank is rounded up: of two values, the second is the 99th percentile.
        let rank = max(1, (count &* min(100, perHundred) &+ 99) / 100)
        var seen: UInt64 = 0
        for (index, number) in counts.enumerated() {
            seen &+= UInt64(number)
            if number > 0, seen >= rank { return Self.upperBound(of: index) &* 1000 }
        }
        return 0
    }

    private static func bucket(of microseconds: UInt64) -> Int {
        let value = min(microseconds, (1 << powers) - 1)
        guard value >= divisions else { return Int(value) }
        let power = 63 - value.leadingZeroBitCount
        // The four bits below the first.
        let fraction = Int(value >> (power - 4)) & (divisions - 1)
        return (power - 3) * divisions + fraction
    }

    /// The last value, in microseconds, plus one.
    private static func upperBound(of bucket: Int) -> UInt64 {
        guard bucket >= divisions else { return UInt64(bucket) + 1 }
        let (power, fraction) = (bucket / divisions + 3, UInt64(bucket % divisions))
        return ((16 + fraction + 1) << (power - 4))
    }
}
