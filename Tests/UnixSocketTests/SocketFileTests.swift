import Glibc
import Logging
import TestSupport
import Testing

@testable import UnixSocket

@Suite("The socket's file")
struct SocketFileTests {
    private func server(at path: String) throws(SocketError) -> SocketServer {
        try SocketServer(ServerConfiguration(path: path), log: Logger(label: "test")) { _, _ in [] }
    }

    /// Leaves a socket file behind at which nobody listens.
    private func leaveStale(_ path: String) throws {
        let file = try SocketFile(path: path, mode: 0o600, backlog: 1)
        Glibc.close(file.descriptor)
    }

    private func mode(_ path: String) -> mode_t {
        var status = stat()
        return unsafe lstat(path, &status) == 0 ? status.st_mode : 0
    }

    @Test(
        "has the permissions asked for, whatever the umask, and nothing lies beside it",
        arguments: [0o600, 0o660, 0o666] as [UInt32])
    func permissions(mode: UInt32) async throws {
        try await withServer({ $0.mode = mode }, respond: { line, _ in line }) { path, _ in
            #expect(self.mode(path) == S_IFSOCK | mode)
            #expect(TemporaryFolder.names(in: String(path.dropLast(2))) == ["s"])
        }
    }

    @Test("goes when the server stops")
    func removed() async throws {
        var known = ""
        try await withServer(respond: { line, _ in line }) { path, server in
            known = path
            server.beginShutdown(within: patience)
            #expect(mode(path) == 0)
        }
        #expect(mode(known) == 0)
    }

    @Test("stays when it is another's by then")
    func notOurs() async throws {
        try await withServer(respond: { line, _ in line }) { path, server in
            unsafe unlink(path)
            let file = unsafe open(path, O_CREAT | O_WRONLY, 0o600)
            Glibc.close(file)
            server.beginShutdown(within: patience)
            #expect(mode(path) == S_IFREG | 0o600)
        }
    }

    @Test("takes the place of one whose server has died")
    func stale() async throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/s"
        try leaveStale(path)
        try await withServer({ $0.path = path }, respond: { line, _ in line }) { path, _ in
            let client = try await SocketClient.connect(to: path)
            client.send("hello")
            #expect(try await client.text() == "hello")
            await client.close()
        }
    }

    @Test("is not taken from a server that lives")
    func alive() async throws {
        try await withServer(respond: { line, _ in line }) { path, _ in
            #expect(throws: SocketError.alreadyInUse(path)) { try server(at: path) }
            let client = try await SocketClient.connect(to: path)
            client.send("hello")
            #expect(try await client.text() == "hello")
            await client.close()
        }
    }

    @Test("is never made in place of anything but a socket")
    func notASocket() throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/s"
        Glibc.close(unsafe open(path, O_CREAT | O_WRONLY, 0o600))
        #expect(throws: SocketError.notASocket(path)) { try server(at: path) }
        #expect(mode(path) == S_IFREG | 0o600)
        let link = folder.path + "/l"
        unsafe symlink(path, link)
        #expect(throws: SocketError.notASocket(link)) { try server(at: link) }
    }

    @Test("may have a path of 107 bytes, and none of 108", arguments: [106, 107])
    func longestPath(length: Int) async throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/" + String(repeating: "s", count: length - folder.path.utf8.count - 1)
        try await withServer({ $0.path = path }, respond: { line, _ in line }) { path, _ in
            let client = try await SocketClient.connect(to: path)
            await client.close()
        }
        let tooLong = folder.path + "/" + String(repeating: "s", count: 108 - folder.path.utf8.count - 1)
        #expect(throws: SocketError.pathTooLong(tooLong, maximum: 107)) { try server(at: tooLong) }
        await #expect(throws: SocketError.pathTooLong(tooLong, maximum: 107)) {
            _ = try await SocketClient.connect(to: tooLong)
        }
    }

    @Test(
        "needs a folder that is there, and a name",
        arguments: [("", nil), ("a\0b", nil), ("/nowhere/at/all/s", ENOENT)] as [(String, Int32?)])
    func noFolder(path: String, errno: Int32?) {
        let expected: SocketError = errno.map { .system(call: "bind", path: path, errno: $0) } ?? .invalidPath(path)
        #expect(throws: expected) { try server(at: path) }
    }

    @Test("is needed to connect")
    func nobodyThere() async throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/s"
        await #expect(throws: SocketError.system(call: "connect", path: path, errno: ENOENT)) {
            _ = try await SocketClient.connect(to: path)
        }
        try leaveStale(path)
        await #expect(throws: SocketError.system(call: "connect", path: path, errno: ECONNREFUSED)) {
            _ = try await SocketClient.connect(to: path)
        }
    }
}
