import Foundation
import JSONRPC
import Synchronization
import TestSupport
import Testing

/// Clients that ask a daemon for certificates, each its next when its last is answered, until they are told to stop.
final class Load: Sendable {
    private struct State {
        var signed = 0
        var refused = 0
        /// The clients that were served since `mark`.
        var served: Set<Int> = []
        var serials: [String] = []
        /// What no fault of a token excuses.
        var strange: [String] = []
        var isOver = false
    }

    private let state = Mutex(State())
    private let clients: Int
    private let threads = Mutex<[Handle]>([])

    init(_ clients: Int, of daemon: RunningDaemon, asking params: JSONValue) throws {
        self.clients = clients
        for index in 0..<clients {
            let client = Box(try daemon.connect())
            let handle = Handle(Thread { [self] in work(index, client.client, params) })
            threads.withLock { $0.append(handle) }
            handle.thread.start()
        }
    }

    /// Each client is one thread's own.
    private struct Box: @unchecked Sendable {
        let client: WireClient
        init(_ client: WireClient) { self.client = client }
    }

    private struct Handle: @unchecked Sendable {
        let thread: Thread
        init(_ thread: Thread) { self.thread = thread }
    }

    private func work(_ index: Int, _ client: WireClient, _ params: JSONValue) {
        while !state.withLock({ $0.isOver }) {
            do {
                let result = try client.call("signCertificate", params)
                state.withLock { state in
                    switch result {
                    case .success(let certificate):
                        state.signed += 1
                        state.served.insert(index)
                        if let serial = certificate["serialNumber"]?.string { state.serials.append(serial) }
                    case .failure(let error) where error.code == 503: state.refused += 1
                    case .failure(let error): state.strange.append("\(error)")
                    }
                }
                // Whoever is refused at once is told to wait; a little is enough here.
                if case .failure = result { usleep(20_000) }
            } catch {
                state.withLock { $0.strange.append("\(error)") }
                return
            }
        }
    }

    var refused: Int { state.withLock { $0.refused } }

    /// Waits until each of them has had a certificate from now on.
    ///
    /// - Returns: how long that took.
    @discardableResult
    func untilAllAreServed() throws -> Duration {
        let start = ContinuousClock.now
        state.withLock { $0.served = [] }
        let _: Bool = try poll { state.withLock { $0.served.count } == clients ? true : nil }
        return ContinuousClock.now - start
    }

    /// Waits until a request has been refused from now on.
    func untilRefused() throws {
        let before = refused
        let _: Bool = try poll { refused > before ? true : nil }
    }

    /// Has them stop.
    ///
    /// - Returns: the serial numbers of all certificates that they received.
    func stop() throws -> [String] {
        state.withLock { $0.isOver = true }
        let _: Bool = try poll { threads.withLock { $0.allSatisfy(\.thread.isFinished) } ? true : nil }
        return state.withLock { state in
            #expect(state.strange.isEmpty, "\(state.strange.prefix(3))")
            print("\(clients) clients: \(state.signed) certificates, \(state.refused) requests refused")
            return state.serials
        }
    }
}
