import Dispatch
import Logging
import PublicKeys
import Signing
import Synchronization
import Threads

/// Keeps a host running: starts it, asks it, and ends and starts it again when it has crashed, hangs or says nothing any more.
final class HostKeeper: Sendable {
    let description: TokenDescription
    private let program: HostProgram
    private let logger: Logger
    private let alarm = Alarm()
    private let endAlarm = Alarm()
    private let state = Mutex(HostState())

    init(_ description: TokenDescription, _ program: HostProgram, logger: Logger) {
        self.description = description
        self.program = program
        self.logger = logger
    }

    private var now: UInt64 { DispatchTime.now().uptimeNanoseconds }

    /// One call of each that opening takes may last as long, and the host's own word on that is waited for.
    var openingTime: Duration { description.deadline * 4 + Self.courtesy }
    var signingTime: Duration { description.deadline + Self.courtesy }
    /// How much later than the host itself its time counts as up.
    private static let courtesy = Duration.seconds(2)

    // MARK: - What it is asked

    /// Has the host do something.
    ///
    /// - Parameter order: given its number.
    /// - Returns: the answer's octets.
    func perform(
        within time: Duration, _ order: (UInt64) -> Order
    ) async throws(SigningError) -> [UInt8] {
        let number = state.withLock { $0.takeNumber() }
        let order = order(number)
        let deadline = now &+ time.wholeNanoseconds
        let result = await withTaskCancellationHandler {
            await Caller<HostState.Answer>.wait { caller in
                let refusal = state.withLock { state -> SigningError? in
                    guard !Task.isCancelled else { return SigningError(.cancelled, "nobody waits for it any more") }
                    return state.begin(order, number, HostState.Pending(order, deadline: deadline, caller: caller))
                }
                if let refusal { caller.resume(with: .failure(refusal)) }
            }
        } onCancel: {
            if case .sign = order { state.withLock { $0.send(.cancel(number)) } }
        }
        return try result.get()
    }

    func understood<Value: Decodable>(_ octets: [UInt8]) throws(SigningError) -> Value {
        do throws(MalformedFrame) { return try Frame.value(octets) } catch {
            throw SigningError(.failed, "the token's process is not understood: \(error.reason)")
        }
    }

    /// Has the host open the token.
    ///
    /// - Returns: why it did not, where that is tried again by itself.
    func open() async throws(SigningError) -> SigningError? {
        let octets = try await perform(within: openingTime) { .open($0, description) }
        return (try understood(octets) as Fault).error
    }

    func add(_ configuration: KeyConfiguration) -> IsolatedKey { state.withLock { $0.add(configuration) } }

    /// It is not got ready again.
    func remove(_ key: IsolatedKey) { state.withLock { $0.remove(key) } }

    /// Has the host get a key ready.
    func prepare(_ key: IsolatedKey) async throws(SigningError) -> SigningError? {
        let words = KeyDescription(key.configuration, index: key.index)
        let octets = try await perform(within: openingTime) { .prepare($0, words) }
        return (try understood(octets) as Fault).error
    }

    func refusal(of key: IsolatedKey) -> SigningError? { state.withLock { $0.refusal(of: key) } }

    func status(of key: IsolatedKey) -> SignerStatus {
        let now = now
        return state.withLock { $0.status(of: key, now: now) }
    }

    // MARK: - Its life

    /// - Throws: `SigningError` where no process could be started.
    func start() throws(SigningError) {
        let generation = state.withLock { $0.beginStart(now: now) }
        do throws(HostProcess.Failure) {
            let process = try HostProcess(
                program, name: description.name,
                onReport: { [weak self] in self?.take($0, of: generation) },
                onEnd: { [weak self] in self?.noteEnd($0, of: generation) })
            let isWanted = state.withLock { $0.started(process, generation) }
            if !isWanted { process.kill() }
        } catch {
            let reason = "the token's process could not be started: \(error.reason)"
            state.withLock { $0.ended(generation, because: reason, now: now) }.deliver()
            throw SigningError(.unavailable, reason)
        }
    }

    private func take(_ report: Report, of generation: Int) {
        switch report {
        case .answer(let number, let octets):
            state.withLock { $0.finish(number, of: generation) }?.resume(with: .success(octets))
        case .refusal(let number, let error):
            state.withLock { $0.finish(number, of: generation) }?.resume(with: .failure(error))
        case .status(let status):
            let now = now
            state.withLock { $0.note(status, of: generation, now: now) }
        }
    }

    private func noteEnd(_ end: String, of generation: Int) {
        let reason = "the token's process \(end)"
        let now = now
        let answers = state.withLock { $0.ended(generation, because: reason, now: now) }
        if answers.isUnexpected { logger.error("\(reason)") }
        answers.deliver()
        alarm.ring()
        endAlarm.ring()
    }

    /// Works until it is cancelled.
    func run() async {
        await withDiscardingTaskGroup { group in
            while !Task.isCancelled {
                let now = now
                let step = state.withLock { $0.next(now: now, limits: limits) }
                step.answers.deliver()
                if let reason = step.condemned {
                    logger.error("a token's process is ended by force", metadata: ["cause": "\(reason)"])
                }
                step.kill?.kill()
                if step.isToStart { group.addTask { await self.restart() } }
                await alarm.wait(for: Self.lookInterval)
            }
            group.cancelAll()
        }
    }

    private static let lookInterval = Duration.milliseconds(250)

    private var limits: HostState.Limits {
        HostState.Limits(
            silence: (description.deadline + .seconds(10)).wholeNanoseconds, hang: description.deadline.wholeNanoseconds
        )
    }

    /// A new host, with all keys that the last one had.
    private func restart() async {
        defer { state.withLock { $0.isStarting = false } }
        do throws(SigningError) {
            try start()
            if let fault = try await open() {
                logger.warning("the token did not open, and is tried on", metadata: ["cause": "\(fault)"])
            }
        } catch {
            guard !Task.isCancelled else { return }
            logger.warning("the token's process is of no use yet", metadata: ["cause": "\(error.reason)"])
            state.withLock { $0.process }?.kill()
            return
        }
        if let outage = state.withLock({ $0.restarted(now: now) }) {
            logger.notice("the token's process was started again", metadata: ["outage": "\(outage)"])
        }
        // Side by side: one whose call hangs is not to hold up the others.
        await withDiscardingTaskGroup { group in
            for key in state.withLock({ $0.allKeys }) { group.addTask { _ = await self.prepareAgain(key) } }
        }
    }

    private func prepareAgain(_ key: IsolatedKey) async {
        do throws(SigningError) { _ = try await prepare(key) } catch {
            logger.warning(
                "a key could not be got ready",
                metadata: ["key": "\(key.configuration.uri)", "cause": "\(error.reason)"])
            noteUnprepared(error)
        }
    }

    /// A host that has not said in time what became of a key never will, and nothing else would bring the key back.
    func noteUnprepared(_ error: SigningError) {
        if error.kind == .timedOut { state.withLock { $0.process }?.kill() }
    }

    /// - Returns: whether it is gone.
    @discardableResult
    func close(within limit: Duration) async -> Bool {
        state.withLock { $0.beginClosing() }?.end()
        guard await !hasEnded(within: limit) else { return true }
        state.withLock { $0.process }?.kill()
        return await hasEnded(within: Self.courtesy)
    }

    private func hasEnded(within limit: Duration) async -> Bool {
        let end = now &+ limit.wholeNanoseconds
        while state.withLock({ $0.process != nil }) {
            let now = now
            guard now < end else { return false }
            await endAlarm.wait(for: .nanoseconds(Int64(clamping: end - now)))
        }
        return true
    }

    /// The same without waiting.
    func abandon() { state.withLock { $0.beginClosing() }?.kill() }
}
