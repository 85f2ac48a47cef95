import Authority
import JSONRPC
import Synchronization
import TestSupport
import Testing

@testable import SigningService

@Suite("a flood of requests that are refused")
struct LogFloodTests {
    /// A clock that stands still until it is turned.
    private final class Clock: Sendable {
        private let time = Mutex(ContinuousClock.now)
        var now: ContinuousClock.Instant { time.withLock { $0 } }
        func turn(by duration: Duration) { time.withLock { $0 += duration } }
    }

    private let log = LogRecord()
    private let clock = Clock()
    private let policy: ServicePolicy
    private let router: Router<ServicePolicy>

    private static let excess = "more lines of a user than the log takes in a second"

    init() {
        policy = ServicePolicy(
            access: AccessPolicy(users: [7: .nothing]), inFlight: InFlightLimit(perUser: 1), logger: log.logger,
            now: { [clock] in clock.now })
        router = Router(
            policy: policy,
            methods: [
                JSONRPC.Method("succeed", effect: .none) {
                    (_, _: RequestContext) async throws(ErrorObject) -> any JSONEncodable in JSONValue.null
                }
            ])
    }

    private func ask(_ method: String, as uid: UInt32, times: Int = 1) async {
        let line = Array(#"{"jsonrpc":"2.0","id":1,"method":"\#(method)"}"#.utf8)
        for _ in 0..<times { _ = await router.respond(to: line, from: Requester(uid: uid, gid: uid, pid: 1)) }
    }

    @Test("has ten lines a second in the log, and one for the rest of them", arguments: [7, 8])
    func bounded(_ uid: UInt32) async {
        await ask("refuse", as: uid, times: 1000)
        #expect(log.messages == [String](repeating: "refused", count: 10))
        clock.turn(by: .milliseconds(999))
        await ask("refuse", as: uid)
        #expect(log.messages.count == 10)
        clock.turn(by: .milliseconds(1))
        await ask("refuse", as: uid, times: 3)
        #expect(log.messages.dropFirst(10) == [Self.excess, "refused", "refused", "refused"])
        clock.turn(by: .seconds(1))
        await ask("refuse", as: uid)
        #expect(log.messages.dropFirst(14) == ["refused"])
    }

    @Test("takes no other user's lines")
    func each() async {
        await ask("refuse", as: 8, times: 1000)
        await ask("refuse", as: 7, times: 10)
        #expect(log.messages.count == 20)
    }

    @Test("is told of with the next answer, whosever that is, and at the end")
    func told() async {
        await ask("refuse", as: 8, times: 11)
        clock.turn(by: .seconds(1))
        await ask("succeed", as: 7)
        #expect(log.messages.suffix(2) == [Self.excess, "answered"])
        await ask("refuse", as: 8, times: 12)
        policy.beginDrain()
        policy.endDrain()
        #expect(log.messages.last == Self.excess)
        policy.endDrain()
        #expect(log.messages.count { $0 == Self.excess } == 2)
    }

    @Test("of ever more users is bounded, too")
    func manyUsers() async {
        for uid in 1000..<11_000 as Range<UInt32> { await ask("refuse", as: uid, times: 2) }
        #expect(log.messages.count == 64 * 2 + 10)
        clock.turn(by: .seconds(1))
        await ask("refuse", as: 1000)
        #expect(log.messages.suffix(2) == [Self.excess, "refused"])
        #expect(log.messages.count { $0 == Self.excess } == 1)
    }

    @Test("a notification that would sign counts as one of its user's lines")
    func notifications() async {
        let context = policy.makeContext(for: Requester(uid: 7, gid: 7, pid: 1))
        for _ in 0..<1000 { policy.report(.droppedNotification(method: "signCertificate"), in: context) }
        #expect(log.messages.count == 10)
    }
}
