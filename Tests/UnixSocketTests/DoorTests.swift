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
