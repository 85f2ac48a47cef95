import Console
import Glibc

/// A closed-loop load: so many connections, each of which sends its next request when its last is answered. One thread and
/// epoll(7), since the load shares its machine with what it measures.
struct ClosedLoop {
    let socketPath: String
    /// Whole lines; each connection takes the next in turn.
    let requests: [[UInt8]]

    struct Outcome {
        var latencies: [Duration] = []
        var elapsed: Duration = .zero
        var cpuSeconds = 0.0
        /// Of those, by the journal's thread and the inventory's.
        var ledgerSeconds = 0.0
        var residentBytes = 0
    }

    /// Runs the load for a while to warm up, then for `duration`, which is measured.
    ///
    /// - Throws: `CommandFailure` where a connection fails or a request is answered with an error.
    func run(concurrency: Int, warmUp: Duration, duration: Duration) throws(CommandFailure) -> Outcome {
        var connections: [LoadConnection] = []
        var next = 0
        for _ in 0..<concurrency { connections.append(try LoadConnection(path: socketPath)) }
        let readable = try Readable(connections.map(\.descriptor))
        let daemon = try connections.first?.daemonPID() ?? 0
        func send(_ connection: LoadConnection) throws(CommandFailure) {
            try connection.send(requests[next % requests.count])
            next += 1
        }
        let clock = ContinuousClock()
        for connection in connections { try send(connection) }
        var outcome = Outcome()
        let warm = clock.now.advanced(by: warmUp)
        var start: ContinuousClock.Instant?
        var before: ProcessUsage?
        while true {
            let now = clock.now
            if start == nil, now >= warm {
                before = try ProcessUsage(pid: daemon)
                start = clock.now
            }
            if let start, let before, now - start >= duration {
                let usage = try ProcessUsage(pid: daemon)
                outcome.elapsed = now - start
                outcome.cpuSeconds = usage.cpuSeconds - before.cpuSeconds
                outcome.ledgerSeconds = ["journal", "inventory"].reduce(0) { sum, thread in
                    sum + (usage.cpuSecondsByThread[thread] ?? 0) - (before.cpuSecondsByThread[thread] ?? 0)
                }
                outcome.residentBytes = usage.residentBytes
                return outcome
            }
            for index in try readable.wait() {
                guard let latency = try connections[index].receive() else { continue }
                if start != nil { outcome.latencies.append(latency) }
                try send(connections[index])
            }
        }
    }
}
