/// Which of several equal signers to ask: the one that would answer first, by what each took of late and has to do now.
struct ReplicaLoads {
    private struct Load {
        var inFlight: UInt64 = 0
        /// A moving average, in nanoseconds; zero: not known.
        var latency: UInt64 = 0
        /// When that was measured, in nanoseconds of uptime.
        var measuredAt: UInt64 = 0
        var isAway = false
    }

    private var loads: [Load]

    init(count: Int) {
        loads = Array(repeating: Load(), count: count)
    }

    /// What is known is forgotten by half in each such time without news, so that one that was slow is asked again. In nanoseconds.
    private static let halfLife: UInt64 = 1_000_000_000
    /// What counts as the latency of one that failed: others are asked first for a while.
    private static let failure: UInt64 = 1_000_000_000

    /// - Parameter indices: those that can be asked. One that could not be until now has just proved that it signs: what was known of it
    ///   is of the past.
    mutating func note(ready indices: [Int]) {
        for index in loads.indices {
            let isAway = !indices.contains(index)
            if loads[index].isAway, !isAway { loads[index].latency = 0 }
            loads[index].isAway = isAway
        }
    }

    /// The best of `candidates`, on which a request counts as under way from now on; `nil` where there is none.
    mutating func begin(among candidates: some Sequence<Int>, now: UInt64) -> Int? {
        let best = candidates.min { cost(of: $0, now: now) < cost(of: $1, now: now) }
        if let best { loads[best].inFlight += 1 }
        return best
    }

    private func cost(of index: Int, now: UInt64) -> UInt64 {
        let load = loads[index]
        let age = now > load.measuredAt ? now - load.measuredAt : 0
        let latency = max(1, load.latency >> min(63, age / Self.halfLife))
        return latency.multipliedReportingOverflow(by: load.inFlight + 1).partialValue
    }

    /// - Parameter began: when it was asked, as `now` in nanoseconds of uptime.
    mutating func end(_ index: Int, hasFailed: Bool, began: UInt64, now: UInt64) {
        loads[index].inFlight -= loads[index].inFlight > 0 ? 1 : 0
        let sample = hasFailed ? Self.failure : now > began ? now - began : 1
        let known = loads[index].latency
        // One that has become slow is believed at once, one that has become fast bit by bit.
        loads[index].latency = sample >= known ? sample : known - (known - sample) / 8
        loads[index].measuredAt = now
    }

    /// Of a request that says nothing of the signer.
    mutating func drop(_ index: Int) {
        loads[index].inFlight -= loads[index].inFlight > 0 ? 1 : 0
    }
}
