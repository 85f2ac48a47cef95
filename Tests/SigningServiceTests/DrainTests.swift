import Authority
import JSONRPC
import SigningAPI
import TestSupport
import Testing

@testable import SigningService

@Suite("shutting down")
struct DrainTests {
    @Test("what comes then is refused, and logged as one number; what is refused for another reason as ever")
    func refusals() async throws {
        let log = LogRecord()
        let policy = ServicePolicy(
            access: AccessPolicy(users: [7: .nothing]), inFlight: InFlightLimit(perUser: 1), logger: log.logger)
        let router = Router(policy: policy, methods: [])
        let line = Array(#"{"jsonrpc":"2.0","id":1,"method":"x"}"#.utf8)
        policy.beginDrain()
        for _ in 0..<1000 {
            let answer = try #require(await router.respond(to: line, from: Requester(uid: 7, gid: 7, pid: 1)))
            #expect(try JSONValue(parsing: answer)["error"]?["data"]?["details"]?["reason"]?.string == "shuttingDown")
        }
        _ = await router.respond(to: line, from: Requester(uid: 8, gid: 8, pid: 1))
        policy.endDrain()
        #expect(log.messages == ["refused", "refused while shutting down"])
    }

    @Test("where nothing came, nothing is logged")
    func quiet() {
        let log = LogRecord()
        let policy = ServicePolicy(
            access: AccessPolicy(users: [:]), inFlight: InFlightLimit(perUser: 1), logger: log.logger)
        policy.beginDrain()
        policy.endDrain()
        #expect(log.messages.isEmpty)
    }
}
