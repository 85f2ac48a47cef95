import NIOCore

/// Notices, on one event loop, that something has lasted too long. A timer exists only from the first start to its firing:
/// starting and stopping many times between costs nothing but the look at a clock.
final class Watch {
    private let limit: TimeAmount
    private let expired: () -> Void
    private var since: NIODeadline?
    private var timer: Scheduled<Void>?

    /// - Parameter expired: called where the watch was started and not stopped for this long; it is then stopped.
    init(limit: Duration, expired: @escaping () -> Void) {
        self.limit = TimeAmount(limit)
        self.expired = expired
    }

    /// Begins to wait, unless it waits already.
    func start(on eventLoop: any EventLoop) {
        guard since == nil else { return }
        since = .now()
        if timer == nil { schedule(in: limit, on: eventLoop) }
    }

    func stop() { since = nil }

    /// Stops for good.
    func cancel() {
        since = nil
        timer?.cancel()
        timer = nil
    }

    private func schedule(in time: TimeAmount, on eventLoop: any EventLoop) {
        timer = eventLoop.assumeIsolated().scheduleTask(in: time) { [weak self] in self?.look(on: eventLoop) }
    }

    private func look(on eventLoop: any EventLoop) {
        timer = nil
        guard let since else { return }
        let left = limit - (.now() - since)
        if left > .zero {
            schedule(in: left, on: eventLoop)
        } else {
            self.since = nil
            expired()
        }
    }
}
