import CLinux
import Dispatch
import Glibc
import Logging
import Synchronization
import TestSupport
import Testing
import UnixSocket

@Suite("What reaches a server that is at something else")
struct DoorTests {
    /// A server of one event loop that accepts and reads nothing while it tells a client why that is refused: from `hold` to `letGo`.
    private func withHeldServer(
        body: (
            _ path: String, _ server: SocketServer, _ hold: () async throws -> Void, _ letGo: () -> Void
        ) async throws -> Void
    ) async throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/s"
        var configuration = ServerConfiguration(path: path)
        configuration.limits.lineLength = 100
        let gate = DispatchSemaphore(value: 0)
        let isHeld = Mutex(false)
        let server = try SocketServer(configuration, log: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }) {
            _, _ in
            isHeld.withLock { $0 = true }
            gate.wait()
            return []
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await server.run { line, _ in line } }
            let holder = try await SocketClient.connect(to: path)
            let hold = {
                holder.send(bytes: [UInt8](repeating: 0x78, count: 101))
                try await eventually("the long line was not refused") { isHeld.withLock { $0 } }
            }
            var failure: (any Error)?
            do { try await body(path, server, hold, { gate.signal() }) } catch { failure = error }
            gate.signal()
            server.beginShutdown(within: patience)
            try await group.waitForAll()
            if let failure { throw failure }
        }
    }

    @Test("clients that wait to be accepted may be as many as the kernel allows, not as NIO thinks enough")
    func backlog() async throws {
        let wanted = 300
        let somaxconn = try #require(
            TemporaryFolder.text(of: "/proc/sys/net/core/somaxconn").flatMap { Int($0.prefix { $0.isNumber }) })
        try await withHeldServer { path, _, hold, _ in
            try await hold()
            var descriptors: [Int32] = []
            defer { for descriptor in descriptors { close(descriptor) } }
            while descriptors.count < wanted {
                var descriptor: Int32 = -1
                guard unsafe countersign_connect(path, &descriptor) == 0 else { break }
                descriptors.append(descriptor)
            }
            #expect(descriptors.count >= min(wanted, somaxconn))
        }
    }

    @Test("they are answered what they have sent before the server is told to shut down")
    func shutdown() async throws {
        try await withHeldServer { path, server, hold, letGo in
            try await hold()
            let clients = try (0..<20).map { _ in try WireClient(path) }
            for client in clients {
                try client.send(line: "one")
                try client.send(line: "two")
            }
            let silent = try WireClient(path)
            server.beginShutdown(within: .seconds(1_000_000))
            #expect(throws: TestSupportError.self) { try WireClient(path) }
            letGo()
            try await eventually("a connection is still there") { server.connectionCount == 0 }
            for client in clients {
                #expect(Set([try client.receive(), try client.receive()]) == [Array("one".utf8), Array("two".utf8)])
                #expect(try client.receive() == nil)
            }
            #expect(try silent.receive() == nil)
        }
    }

    @Test("a last line without LF is answered whose sender had said all, and half a line of one who may go on is none")
    func lastLine() async throws {
        try await withHeldServer { path, server, hold, letGo in
            let (ended, begun) = (try WireClient(path), try WireClient(path))
            try await eventually("they are not accepted") { server.connectionCount == 3 }
            try await hold()
            for client in [ended, begun] { try client.send(Array("two".utf8)) }
            ended.closeWriting()
            server.beginShutdown(within: .seconds(1_000_000))
            letGo()
            try await eventually("a connection is still there") { server.connectionCount == 0 }
            #expect(try ended.receive() == Array("two".utf8))
            #expect(try ended.receive() == nil)
            #expect(try begun.receive() == nil)
        }
    }
}

extension TemporaryFolder {
    /// The beginning of a file.
    static func text(of path: String) -> String? {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var buffer = [UInt8](repeating: 0, count: 64)
        let count = unsafe buffer.withUnsafeMutableBytes { unsafe read(descriptor, $0.baseAddress, $0.count) }
        return count < 0 ? nil : String(decoding: buffer.prefix(count), as: UTF8.self)
    }
}
