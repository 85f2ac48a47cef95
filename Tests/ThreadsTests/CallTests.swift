import Testing
import Threads

struct CallTests {
    private struct Failed: Error {}

    @Test("A call that blocks gives its task what it returns, or throws")
    func call() async throws {
        #expect(try await OSThread.call(name: "test") { 1 + 1 } == 2)
        await #expect(throws: Failed.self) { try await OSThread.call(name: "test") { throw Failed() } }
    }
}
