import Dispatch
import Logging
import PKCS11
import Synchronization
import Threads

/// Looks after a token for as long as it is open: brings it back when it is lost, and has its keys prove that they sign.
final class TokenKeeper: Sendable {
    private let link: TokenLink
    private let logger: Logger
    private let alarm = Alarm()
    private let state: Mutex<State>

    private struct State {
        var ladder: RecoveryLadder
        var keys: [Int: Kept] = [:]
        /// Since when the token is out of reach, in nanoseconds of uptime.
        var lostSince: UInt64?
    }

    private struct Kept {
        let key: TokenKey
        /// How many signatures there were when it was looked at last: whoever signs needs no proof.
        var signatures: UInt64 = 0
    }

    init(_ link: TokenLink, logger: Logger) {
        self.link = link
        self.logger = logger
        state = Mutex(
            State(
                ladder: RecoveryLadder(
                    interval: link.configuration.proofInterval.wholeNanoseconds,
                    now: DispatchTime.now().uptimeNanoseconds)))
    }

    private var now: UInt64 { DispatchTime.now().uptimeNanoseconds }

    // MARK: - What others tell it

    /// What signing has come upon.
    func note(_ event: TokenEvent) {
        let now = now
        state.withLock { state in
            switch event {
            case .lost:
                state.ladder.lost(now: now)
                state.lostSince = state.lostSince ?? now
            case .pinRefused: state.ladder.latched(now: now)
            case .trouble(let key): state.ladder.trouble(with: key, now: now)
            case .locked: break
            }
        }
        alarm.ring()
    }

    /// Looks after that key, too.
    func add(_ key: TokenKey, isProven: Bool) {
        let now = now
        state.withLock { state in
            state.keys[key.index] = Kept(key: key)
            state.ladder.add(key.index, isProven: isProven, now: now)
        }
        alarm.ring()
    }

    /// Since when the token, or that key in it, does not sign, and when it is tried again; `nil` where nothing is known against it.
    func outage(of key: TokenKey) -> SignerStatus.Outage? {
        func duration(from start: UInt64, to end: UInt64) -> Duration {
            .nanoseconds(Int64(clamping: end > start ? end - start : 0))
        }
        let now = now
        return state.withLock { state in
            guard let since = state.lostSince ?? state.ladder.failing(key.index) else { return nil }
            let next = state.ladder.nextAttempt ?? state.ladder.nextAttempt(of: key.index)
            return SignerStatus.Outage(
                lasting: duration(from: since, to: now), nextAttempt: next.map { duration(from: now, to: $0) })
        }
    }

    // MARK: - What it does

    /// Connects for the first time.
    func begin() async throws(SigningError) {
        try await connect(.session)
    }

    /// Works until it is cancelled.
    func run(_ pool: WorkerPool) async {
        await withDiscardingTaskGroup { group in
            while !Task.isCancelled {
                let now = now
                switch state.withLock({ $0.ladder.next(now: now) }) {
                case .connect(let depth): await reconnect(depth, pool)
                case .prove(let keys):
                    for key in keys { group.addTask { await self.prove(key, pool) } }
                case .lookAtLatch: await lookAtLatch()
                case .wait(let time):
                    let longest = await unlockOnRequest(pool) ? Self.longest : RecoveryLadder.latchInterval
                    await alarm.wait(for: .nanoseconds(Int64(clamping: min(time > now ? time - now : 0, longest))))
                }
            }
            group.cancelAll()
        }
    }

    /// An hour: clocks of uptime may stand still while a machine sleeps.
    private static let longest: UInt64 = 3_600_000_000_000

    /// Where a person has asked for it, has keys that are locked prove that they sign.
    ///
    /// - Returns: whether none is locked.
    private func unlockOnRequest(_ pool: WorkerPool) async -> Bool {
        let locked = state.withLock { $0.keys.values.map(\.key) }.filter { $0.lockReason != nil }
        guard !locked.isEmpty else { return true }
        guard link.pins.takeRequest() else { return false }
        for key in locked {
            logger.notice("a key that was locked is tried again", metadata: ["key": "\(key.configuration.uri)"])
            pool.hold(key, Self.unproven)
            key.unlock()
            add(key, isProven: false)
        }
        return true
    }

    private func connect(_ depth: RecoveryLadder.Depth) async throws(SigningError) {
        do throws(SigningError) {
            // Once to find the module quiet, and for each of the calls that may take their time.
            try await OSThread.run(name: "open-\(link.configuration.name)", limit: link.configuration.deadline * 3) {
                [link] () throws(SigningError) in try link.open(depth)
            }
            let now = now
            state.withLock { $0.ladder.connected(now: now) }
        } catch {
            let now = now
            state.withLock { state in
                if error.kind == .pin { state.ladder.latched(now: now) } else { state.ladder.failedToConnect(now: now) }
                state.lostSince = state.lostSince ?? now
            }
            throw error
        }
    }

    private func reconnect(_ depth: RecoveryLadder.Depth, _ pool: WorkerPool) async {
        link.noteReachable(false)
        let keys = state.withLock { $0.keys.values.map(\.key) }
        do throws(SigningError) {
            try await connect(depth)
            // Each is let through when it has proved that it signs.
            for key in keys { pool.hold(key, Self.unproven) }
            pool.takeBackStop()
            if keys.isEmpty { endOutage() }
            logger.info("the token was found again, and its keys are tested")
        } catch {
            pool.stop(SigningError(error.kind == .pin ? .pin : .unavailable, error.reason), holding: keys)
            logger.warning("the token is still out of reach", metadata: ["cause": "\(error.reason)"])
        }
    }

    private static let unproven = SigningError(
        .unavailable, "the key has not made a test signature yet, since it or its token failed")

    private func endOutage() {
        let since = state.withLock { state in
            defer { state.lostSince = nil }
            return state.lostSince
        }
        guard let since else { return }
        logger.notice("the token signs again", metadata: ["outage": "\((now &- since) / 1_000_000) ms"])
    }

    private func prove(_ index: Int, _ pool: WorkerPool) async {
        guard let key = state.withLock({ $0.keys[index]?.key }) else { return }
        // When it is next is known only now.
        defer { alarm.ring() }
        guard !hasSigned(key, pool) else { return }
        do throws(SigningError) {
            _ = try await pool.perform(.prove, key)
            proven(key, pool)
        } catch {
            guard error.kind != .cancelled, error.kind != .closed else { return }
            failed(key, error, pool)
        }
    }

    /// Whether it has signed since it was looked at last, and nothing is known against it.
    private func hasSigned(_ key: TokenKey, _ pool: WorkerPool) -> Bool {
        let (signatures, now) = (key.signatureCount, now)
        guard pool.trouble(of: key) == nil, pool.refusal(of: key) == nil else { return false }
        return state.withLock { state in
            guard state.keys[key.index].map({ $0.signatures < signatures }) ?? false else { return false }
            state.keys[key.index]?.signatures = signatures
            state.ladder.signed(key.index, now: now)
            return true
        }
    }

    private func proven(_ key: TokenKey, _ pool: WorkerPool) {
        let now = now
        state.withLock { $0.ladder.signed(key.index, now: now) }
        pool.release(key)
        endOutage()
    }

    private func failed(_ key: TokenKey, _ error: SigningError, _ pool: WorkerPool) {
        let now = now
        let isFinal = error.kind == .misconfigured
        if isFinal { key.lock(because: error.reason) }
        pool.hold(key, SigningError(isFinal ? .misconfigured : .unavailable, error.reason))
        state.withLock { state in
            if isFinal {
                state.ladder.remove(key.index)
            } else {
                let byToken = error.kind == .unavailable || error.kind == .timedOut
                state.ladder.failed(key.index, byToken: byToken, now: now)
                if state.ladder.nextAttempt != nil { state.lostSince = state.lostSince ?? now }
            }
        }
        logger.warning(
            "a key does not sign", metadata: ["key": "\(key.configuration.uri)", "cause": "\(error.reason)"])
    }

    private func lookAtLatch() async {
        let (link, now) = (link, now)
        let mayBeTried = try? await OSThread.run(name: "latch", limit: link.configuration.deadline) {
            () throws(SigningError) in link.pins.mayBeTriedAgain()
        }
        guard mayBeTried == true else { return }
        state.withLock { $0.ladder.unlatched(now: now) }
        logger.notice("the PIN may be tried again")
    }
}

extension TokenLink {
    /// The same in the terms of a signer.
    func open(_ depth: RecoveryLadder.Depth) throws(SigningError) {
        do throws(PKCS11Error) {
            try connect(depth)
        } catch {
            throw SessionFault(error).signingError(reachedSign: false)
        }
    }
}
