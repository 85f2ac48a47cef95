import Dispatch
import Logging
import PKCS11
import PublicKeys
import Synchronization
import TestSupport
import Testing

@testable import Signing

@Suite("Session workers")
struct WorkerPoolTests {
    /// A token that answers when the test says so, and with what the test says.
    final class FakeToken: Sendable {
        enum Answer: Sendable {
            case success
            case failure(SigningError)
            /// Waits until the test opens the gate.
            case hang
        }

        struct State {
            var answers: [UInt8: Answer] = [:]
            var started: [UInt8] = []
            var closedSessions = 0
            var hangsAtClose = false
            var ended = 0
        }

        let state = Mutex(State())
        let gate = DispatchSemaphore(value: 0)
        let signer: InMemorySigner

        init() throws { signer = try InMemorySigner(.p256) }

        func set(_ answer: Answer, for request: UInt8) { state.withLock { $0.answers[request] = answer } }
        var started: [UInt8] { state.withLock { $0.started } }

        func waitUntil(_ condition: @Sendable (State) -> Bool) async {
            while !state.withLock({ condition($0) }) { await Task.yield() }
        }
    }

    final class FakeSession: SigningSession {
        private let token: FakeToken

        init(_ token: FakeToken) { self.token = token }

        func sign(_ message: [UInt8], with key: TokenKey) throws(SigningError) -> VerifiedSignature {
            let answer = token.state.withLock { state in
                state.started.append(message[0])
                return state.answers[message[0]] ?? .success
            }
            switch answer {
            case .success: break
            case .failure(let error): throw error
            case .hang: token.gate.wait()
            }
            let octets = try token.signer.octets(signing: message)
            guard
                let signature = VerifiedSignature(
                    octets, over: message, by: token.signer.publicKey, algorithm: token.signer.algorithm)
            else { throw SigningError(.invalidSignature, "the key in memory signed wrongly") }
            return signature
        }

        func prove(_ key: TokenKey) throws(SigningError) { _ = try sign([0], with: key) }

        func close() {
            let hangs = token.state.withLock { state in
                state.closedSessions += 1
                return state.hangsAtClose
            }
            if hangs { token.gate.wait() }
        }
    }

    private let token: FakeToken
    private let key: TokenKey
    private let events = Events()

    final class Events: Sendable {
        private let state = Mutex<[TokenEvent]>([])
        func withLock(_ body: (inout [TokenEvent]) -> Void) { state.withLock { body(&$0) } }
        var all: [TokenEvent] { state.withLock { $0 } }
    }

    init() throws {
        token = try FakeToken()
        let signer = token.signer
        key = TokenKey(
            index: 0,
            configuration: KeyConfiguration(
                uri: try .init("pkcs11:object=k"), publicKey: signer.publicKey, algorithm: signer.algorithm))
    }

    private func pool(
        workers: Int = 1, queueLimit: Int = 8, deadline: Duration = .seconds(60)
    ) throws -> WorkerPool {
        try WorkerPool(
            name: "fake", workers: workers, queueLimit: queueLimit, deadline: deadline,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
            makeSession: { [token] in FakeSession(token) },
            onEvent: { [events] event in events.withLock { $0.append(event) } },
            atEnd: { [token] in token.state.withLock { $0.ended += 1 } })
    }

    /// The message that was signed, or the error.
    private func result(_ pool: WorkerPool, _ request: UInt8) async -> Result<[UInt8]?, SigningError> {
        do throws(SigningError) {
            return .success(try await pool.perform(.sign([request]), key)?.message)
        } catch {
            return .failure(error)
        }
    }

    private func kind(_ pool: WorkerPool, _ request: UInt8) async -> SigningError.Kind? {
        if case .failure(let error) = await result(pool, request) { error.kind } else { nil }
    }

    @Test("Every request gets its own answer", arguments: [1, 2, 5])
    func answers(_ workers: Int) async throws {
        let pool = try pool(workers: workers, queueLimit: 256)
        await withTaskGroup(of: Void.self) { group in
            for request in UInt8.min...UInt8.max {
                group.addTask { #expect(await result(pool, request) == .success([request])) }
            }
        }
        await pool.close(within: patience)
        #expect(token.state.withLock { $0.started.count } == 256)
        #expect(token.state.withLock { $0.closedSessions } == workers)
        #expect(token.state.withLock { $0.ended } == 1)
    }

    @Test("A full queue refuses at once, and what was in it is signed in its order")
    func busy() async throws {
        token.set(.hang, for: 1)
        let pool = try pool(queueLimit: 2)
        async let first = result(pool, 1)
        await token.waitUntil { $0.started == [1] }
        async let second = result(pool, 2)
        while pool.condition.queueDepth < 1 { await Task.yield() }
        async let third = result(pool, 3)
        while pool.condition.queueDepth < 2 { await Task.yield() }
        let refused = await result(pool, 4)
        #expect(refused == .failure(.busy))
        #expect(SigningError.busy.retryAfterMilliseconds == 100)
        token.gate.signal()
        #expect(await first == .success([1]))
        #expect(await second == .success([2]))
        #expect(await third == .success([3]))
        #expect(token.started == [1, 2, 3])
        await pool.close(within: patience)
    }

    @Test("A cancelled request that still waits is dropped unsigned, and leaves its place to others")
    func cancellation() async throws {
        token.set(.hang, for: 1)
        let pool = try pool(queueLimit: 1)
        async let first = result(pool, 1)
        await token.waitUntil { $0.started == [1] }
        let dropped = await withTaskGroup(of: Result<[UInt8]?, SigningError>.self) { group in
            group.addTask { await result(pool, 2) }
            while pool.condition.queueDepth < 1 { await Task.yield() }
            group.cancelAll()
            return await group.next()
        }
        #expect(dropped == .failure(.cancelled))
        #expect(SigningError.cancelled.outcome == .notSigned)
        async let third = result(pool, 3)
        while pool.condition.queueDepth < 1 { await Task.yield() }
        token.gate.signal()
        #expect(await first == .success([1]))
        #expect(await third == .success([3]))
        #expect(token.started == [1, 3])
        await pool.close(within: patience)
    }

    @Test("A request of a task that was cancelled before is not even queued")
    func cancelledBefore() async throws {
        let pool = try pool()
        let dropped = await withTaskGroup(of: Result<[UInt8]?, SigningError>.self) { group in
            group.cancelAll()
            group.addTask { await result(pool, 2) }
            return await group.next()
        }
        #expect(dropped == .failure(.cancelled))
        await pool.close(within: patience)
        #expect(token.started.isEmpty)
    }

    @Test("A call that hangs is given up as possibly signed; its late answer is nobody's, and its worker comes back")
    func lostWorker() async throws {
        token.set(.hang, for: 1)
        let pool = try pool(workers: 2, deadline: .seconds(3))
        let error = await result(pool, 1)
        guard case .failure(let timeout) = error else { throw TestSupportError("\(error)") }
        #expect(timeout.kind == .timedOut && timeout.outcome == .possiblySigned && timeout.isRetryable)
        #expect(pool.condition.lostWorkers == 1)
        #expect(pool.condition.refusal?.kind == .unavailable)
        while events.all.isEmpty { await Task.yield() }
        #expect(events.all == [.lost])
        // The other worker goes on, once somebody has seen to it.
        pool.takeBackStop()
        #expect(await result(pool, 2) == .success([2]))
        token.gate.signal()
        while pool.condition.lostWorkers > 0 { await Task.yield() }
        #expect(await result(pool, 3) == .success([3]))
        await pool.close(within: patience)
        // Two at the end, and the one that had hung; a successor has taken its place, and the one that came back left or stayed.
        #expect(token.state.withLock { $0.closedSessions } >= 3)
    }

    @Test("A worker that hangs has a successor, which hangs as well; then what comes is refused at once")
    func allLost() async throws {
        for request in [1, 2] as [UInt8] { token.set(.hang, for: request) }
        let pool = try pool(deadline: .seconds(3))
        async let first = result(pool, 1)
        await token.waitUntil { $0.started == [1] }
        async let waiting = result(pool, 2)
        #expect(await kind(of: first) == .timedOut)
        let refused = await waiting
        guard case .failure(let error) = refused else { throw TestSupportError("\(refused)") }
        #expect(error.kind == .unavailable || error.kind == .expired)
        #expect(error.outcome == .notSigned)
        pool.takeBackStop()
        #expect(await kind(pool, 2) == .timedOut)
        #expect(pool.condition.lostWorkers == 2)
        pool.takeBackStop()
        #expect(await kind(pool, 3) == .unavailable)
        #expect(token.started == [1, 2])
        // Nothing waits for a worker that may never come back.
        await pool.close(within: patience)
        #expect(token.state.withLock { $0.ended } == 0)
        for _ in 0..<2 { token.gate.signal() }
        await token.waitUntil { $0.closedSessions >= 1 }
    }

    private func kind(of result: Result<[UInt8]?, SigningError>) -> SigningError.Kind? {
        if case .failure(let error) = result { error.kind } else { nil }
    }

    @Test("Closing ends at its limit though a call hangs")
    func closingWithHungCall() async throws {
        token.set(.hang, for: 1)
        let pool = try pool()
        async let first = result(pool, 1)
        await token.waitUntil { $0.started == [1] }
        await pool.close(within: .milliseconds(50))
        #expect(await kind(pool, 2) == .closed)
        // Whoever waits for the call that hangs hears of it then.
        #expect(await kind(of: first) == .timedOut)
        token.gate.signal()
    }

    @Test("Closing ends at its limit though closing a session hangs, and says so")
    func closingWithHungClose() async throws {
        token.state.withLock { $0.hangsAtClose = true }
        let pool = try pool()
        #expect(await result(pool, 1) == .success([1]))
        #expect(await !pool.close(within: .milliseconds(50)))
        token.gate.signal()
        await token.waitUntil { $0.ended == 1 }
        #expect(await pool.close(within: .seconds(60)))
    }

    @Test("A session that hangs while it is closed after a late answer is not counted upon")
    func lateAnswerWithHungClose() async throws {
        token.set(.hang, for: 1)
        token.state.withLock { $0.hangsAtClose = true }
        let pool = try pool(deadline: .seconds(3))
        #expect(await kind(pool, 1) == .timedOut)
        token.gate.signal()
        await token.waitUntil { $0.closedSessions == 1 }
        #expect(pool.condition.lostWorkers == 1)
        pool.takeBackStop()
        // Its successor works.
        #expect(await result(pool, 2) == .success([2]))
        token.state.withLock { $0.hangsAtClose = false }
        token.gate.signal()
        while pool.condition.lostWorkers > 0 { await Task.yield() }
        #expect(await result(pool, 3) == .success([3]))
        #expect(await pool.close(within: .seconds(60)))
    }

    @Test("A token that is gone fails what waits, and refuses what comes until somebody has seen to it")
    func breaker() async throws {
        token.set(.hang, for: 1)
        token.set(.failure(SigningError(.unavailable, "C_SignInit returned CKR_DEVICE_REMOVED (0x32)")), for: 2)
        let pool = try pool()
        async let first = result(pool, 1)
        await token.waitUntil { $0.started == [1] }
        async let second = result(pool, 2)
        while pool.condition.queueDepth < 1 { await Task.yield() }
        async let third = result(pool, 3)
        while pool.condition.queueDepth < 2 { await Task.yield() }
        token.gate.signal()
        #expect(await first == .success([1]))
        #expect(await kind(of: second) == .unavailable)
        #expect(await kind(of: third) == .unavailable)
        #expect(token.started == [1, 2])
        #expect(await kind(pool, 4) == .unavailable)
        #expect(events.all == [.lost])
        pool.takeBackStop()
        #expect(await result(pool, 4) == .success([4]))
        await pool.close(within: patience)
    }

    @Test("After a PIN fault nothing reaches the token again")
    func pinFault() async throws {
        let fault = SigningError(.pin, "C_Login returned CKR_PIN_INCORRECT (0xa0)")
        token.set(.failure(fault), for: 1)
        let pool = try pool()
        #expect(await result(pool, 1) == .failure(fault))
        for _ in 0..<3 { #expect(await result(pool, 2) == .failure(fault)) }
        #expect(pool.condition.refusal == fault)
        #expect(token.started == [1])
        await pool.close(within: patience)
    }

    @Test("A failure of one request is nobody else's")
    func singleFailure() async throws {
        token.set(.failure(SigningError(.failed, "no", outcome: .possiblySigned)), for: 1)
        let pool = try pool()
        #expect(await kind(pool, 1) == .failed)
        #expect(await result(pool, 2) == .success([2]))
        await pool.close(within: patience)
    }

    @Test("Where no worker gets a session, the request fails and says so")
    func exhausted() async throws {
        token.set(.failure(SigningError(.exhausted, "C_OpenSession returned CKR_SESSION_COUNT (0xb1)")), for: 1)
        let pool = try pool(workers: 2)
        #expect(await kind(pool, 1) == .exhausted)
        await pool.close(within: patience)
    }

    @Test("Many tasks, short deadlines, cancellations and closing at once: each is answered exactly once")
    func storm() async throws {
        let pool = try pool(workers: 3, queueLimit: 16, deadline: .milliseconds(30))
        for request in 0..<20 as Range<UInt8> { token.set(.hang, for: request) }
        let answers = await withTaskGroup(of: Result<[UInt8]?, SigningError>.self) { group in
            for round in 0..<600 {
                group.addTask { await result(pool, UInt8(truncatingIfNeeded: round &* 7)) }
                if round % 50 == 0 { token.gate.signal() }
                if round == 300 { group.cancelAll() }
                if round == 500 { for _ in 0..<100 { token.gate.signal() } }
            }
            return await group.reduce(into: 0) { count, _ in count += 1 }
        }
        #expect(answers == 600)
        for _ in 0..<600 { token.gate.signal() }
        await pool.close(within: patience)
    }
}
