import Configuration
import Crypto
import FoundationEssentials
import Glibc
import Issuance
import Testing

/// A folder of its own for each test.
struct ConfigurationFileTests: ~Copyable {
    private let folder: String

    init() throws {
        folder = FileManager.default.temporaryDirectory.path + "/countersign-configuration-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
    }

    deinit {
        try? FileManager.default.removeItem(atPath: folder)
    }

    private func write(_ text: String, _ name: String = "countersign.yaml", mode: mode_t = 0o644) throws -> String {
        let path = folder + "/" + name
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
        let status = unsafe chmod(path, mode)
        #expect(status == 0)
        return path
    }

    private func refusal(of path: String) -> String {
        do throws(ConfigurationError) {
            _ = try ServiceConfiguration(contentsOf: path, methods: Examples.methods)
            return "it was taken"
        } catch {
            return error.description
        }
    }

    @Test("A file is read, hashed as it lies there, and its folder is where relative paths start")
    func read() throws {
        let text = try Examples.smallest
        let path = try write(text, mode: 0o600)
        let configuration = try ServiceConfiguration(contentsOf: path, methods: Examples.methods)
        #expect(configuration.path == path)
        #expect(configuration.hash == Array(SHA256.hash(data: Data(text.utf8))))
        #expect(configuration.authorities.first?.chainPath == folder + "/issuing-chain.pem")
    }

    @Test("A file that others may write is refused", arguments: [0o664, 0o646, 0o666] as [mode_t])
    func writable(mode: mode_t) throws {
        let path = try write(Examples.smallest, mode: mode)
        #expect(
            refusal(of: path)
                == "\(path): Others than its owner may write to the file; take that away: chmod go-w FILE.")
    }

    @Test("A file of another user is refused", .enabled(if: geteuid() == 0, "only root can give a file away"))
    func owner() throws {
        let path = try write(Examples.smallest)
        let status = unsafe chown(path, 4242, 4242)
        #expect(status == 0)
        #expect(refusal(of: path).contains("The file belongs to uid 4242"))
    }

    @Test("A file past 1 MiB is refused")
    func size() throws {
        let filler = String(repeating: "#", count: 1 << 20)
        #expect(refusal(of: try write(Examples.smallest + filler)).contains("longer than 1048576 octets"))
    }

    @Test("What is no regular file is refused, and never waited for")
    func kinds() throws {
        #expect(refusal(of: folder).contains("It is not a regular file."))
        #expect(refusal(of: folder + "/nothing").contains("cannot be opened: No such file or directory"))
        let status = unsafe mkfifo(folder + "/fifo", 0o600)
        #expect(status == 0)
        #expect(refusal(of: folder + "/fifo").contains("It is not a regular file."))
    }

    @Test("Blocked keys may stand in a file of their own, under the same rules")
    func blockedKeys() throws {
        let hash = String(repeating: "aB", count: 32)
        _ = try write("# stolen\n\n\(hash)\r\n\(hash.lowercased())\n", "blocked.txt")
        let path = try write(Examples.smallest + "blockedKeys: blocked.txt\n")
        let configuration = try ServiceConfiguration(contentsOf: path, methods: Examples.methods)
        #expect(configuration.keyPolicy.blockedKeys == [Array(repeating: 0xab, count: 32)])

        _ = try write("\(hash)\n\(hash)0\n", "blocked.txt")
        #expect(refusal(of: path).contains("whose line 2 is not a SHA-256"))
        _ = try write(hash, "blocked.txt", mode: 0o666)
        #expect(refusal(of: path).contains("Others than its owner may write"))
    }
}
