import Glibc
import Logging
import Synchronization
import TestSupport
import Testing
import UnixSocket

/// A folder that goes when its test has ended.
struct TemporaryFolder: ~Copyable {
    let path: String

    init() throws {
        var template = Array("/tmp/socket-XXXXXX".utf8CString)
        guard unsafe mkdtemp(&template) != nil else { throw SocketError.transport("no temporary folder") }
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    deinit {
        for name in Self.names(in: path) { unsafe unlink(path + "/" + name) }
        unsafe rmdir(path)
    }

    static func names(in folder: String) -> [String] {
        guard let directory = unsafe opendir(folder) else { return [] }
        defer { unsafe closedir(directory) }
        var names: [String] = []
        while let entry = unsafe readdir(directory) {
            let name = unsafe withUnsafeBytes(of: entry.pointee.d_name) { bytes in
                unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != "." && name != ".." { names.append(name) }
        }
        return names
    }
}

/// What a refused client is told in these tests.
func refusalLine(_ refusal: Refusal) -> String { "refused: \(refusal)" }

/// Runs a server in a folder of its own while `body` runs, then shuts it down.
func withServer(
    _ configure: (inout ServerConfiguration) -> Void = { _ in },
    respond: @escaping Connection.Responder,
    body: (_ path: String, _ server: SocketServer) async throws -> Void
) async throws {
    let folder = try TemporaryFolder()
    var configuration = ServerConfiguration(path: folder.path + "/s")
    configure(&configuration)
    let server = try SocketServer(configuration, log: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }) {
        refusal, _ in Array(refusalLine(refusal).utf8)
    }
    try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { try await server.run(respond) }
        do {
            try await body(configuration.path, server)
        } catch {
            server.beginShutdown(within: .zero)
            throw error
        }
        server.beginShutdown(within: patience)
        try await group.waitForAll()
    }
}

/// Waits until something holds; a failure of the test where it never does.
func eventually(
    _ what: Comment, sourceLocation: SourceLocation = #_sourceLocation, _ holds: () -> Bool
) async throws {
    let end = ContinuousClock.now + patience
    while !holds() {
        guard ContinuousClock.now < end else {
            Issue.record(what, sourceLocation: sourceLocation)
            return
        }
        try await Task.sleep(for: .milliseconds(1))
    }
}

extension SocketClient {
    func send(_ line: String) { send(line: Array(line.utf8)) }

    /// The next line as text; `nil` at the end.
    func text() async throws -> String? {
        try await receive().map { String(decoding: $0, as: UTF8.self) }
    }
}

/// A number that tasks count up and down.
final class Counter: Sendable {
    private let state = Mutex((value: 0, peak: 0))

    var value: Int { state.withLock { $0.value } }
    var peak: Int { state.withLock { $0.peak } }

    func add(_ difference: Int = 1) {
        state.withLock { state in
            state.value += difference
            state.peak = max(state.peak, state.value)
        }
    }
}

/// Holds tasks until it is opened; a cancelled one passes.
final class Latch: Sendable {
    private let state = Mutex((isOpen: false, waiting: 0))

    var waiting: Int { state.withLock { $0.waiting } }

    func open() { state.withLock { $0.isOpen = true } }

    func pass() async {
        state.withLock { $0.waiting += 1 }
        defer { state.withLock { $0.waiting -= 1 } }
        while !state.withLock({ $0.isOpen }) {
            do { try await Task.sleep(for: .milliseconds(1)) } catch { return }
        }
    }
}
