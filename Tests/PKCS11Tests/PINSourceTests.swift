import Glibc
import Testing

@testable import PKCS11

@Suite("PINs and where they come from", .serialized)
struct PINSourceTests {
    private let directory: String

    init() throws {
        var template = Array("/tmp/countersign-pin-XXXXXX".utf8CString)
        try #require(unsafe mkdtemp(&template) != nil)
        directory = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    private func write(_ text: String, mode: mode_t, name: String = "pin") throws -> String {
        let path = directory + "/" + name
        unsafe unlink(path)
        let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_EXCL, 0o600)
        try #require(descriptor >= 0)
        let octets = Array(text.utf8)
        #expect(unsafe Glibc.write(descriptor, octets, octets.count) == octets.count)
        fchmod(descriptor, mode)
        close(descriptor)
        return path
    }

    private func octets(_ source: PINSource) throws -> [UInt8] {
        let pin = try source.read(credentialsDirectory: directory)
        return unsafe pin.withOctets { unsafe Array(UnsafeBufferPointer(start: $0, count: Int($1))) }
    }

    private func refusal(_ source: PINSource, credentials: String? = nil) -> String {
        do {
            _ = try source.read(credentialsDirectory: credentials ?? directory)
            return "accepted"
        } catch {
            return String(describing: error)
        }
    }

    @Test(
        "One trailing newline is not part of the PIN",
        arguments: [("1234", "1234"), ("1234\n", "1234"), ("12 34\n\n", "12 34\n")])
    func newline(_ text: String, _ pin: String) throws {
        #expect(try octets(.file(write(text, mode: 0o400))) == Array(pin.utf8))
    }

    @Test(
        "A file that others could read or run is refused",
        arguments: [0o640, 0o604, 0o644, 0o660, 0o700, 0o500, 0o4600, 0o200, 0o000] as [mode_t])
    func mode(_ mode: mode_t) throws {
        let words = refusal(.file(try write("1234", mode: mode)))
        #expect(words.contains("mode other than") || words.contains("Permission denied"))
        #expect(!words.contains("1234"))
    }

    @Test("An empty PIN and one that is too long are refused")
    func size() throws {
        #expect(refusal(.file(try write("", mode: 0o600))).contains("empty"))
        #expect(refusal(.file(try write("\n", mode: 0o600))).contains("empty"))
        let longest = String(repeating: "7", count: PIN.maximumSize)
        #expect(try octets(.file(write(longest + "\n", mode: 0o600))).count == PIN.maximumSize)
        #expect(refusal(.file(try write(longest + "7", mode: 0o600))).contains("longer"))
        #expect(refusal(.file(try write(longest + longest, mode: 0o600))).contains("longer"))
        #expect(throws: PKCS11Error.self) { _ = try PIN(copying: []) }
    }

    @Test("A symbolic link, a FIFO, a folder, a missing file and a relative path are refused")
    func kinds() throws {
        let file = try write("1234", mode: 0o600)
        unsafe symlink(file, directory + "/link")
        unsafe mkfifo(directory + "/fifo", 0o600)
        #expect(refusal(.file(directory + "/link")).contains("symbolic link"))
        #expect(refusal(.file(directory + "/fifo")).contains("not a regular file"))
        #expect(refusal(.file(directory)).contains("not a regular file"))
        #expect(refusal(.file(directory + "/none")).contains("No such file"))
        #expect(refusal(.file("pin")).contains("absolute"))
    }

    @Test("A descriptor is read to its end and closed")
    func descriptor() throws {
        // Of a pair of sockets, the one tells whether the other is closed; its number alone may be another's already.
        var ends: [Int32] = [0, 0]
        #expect(unsafe socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0, &ends) == 0)
        defer { close(ends[1]) }
        // As one is that a parent hands down.
        #expect(fcntl(ends[0], F_SETFD, 0) == 0)
        #expect(unsafe Glibc.write(ends[1], "98", 2) == 2)
        #expect(unsafe Glibc.write(ends[1], "76\n", 3) == 3)
        #expect(shutdown(ends[1], Int32(SHUT_WR)) == 0)
        #expect(try octets(.descriptor(ends[0])) == Array("9876".utf8))
        var watched = pollfd(fd: ends[1], events: 0, revents: 0)
        #expect(unsafe poll(&watched, 1, 300_000) == 1)
        #expect(watched.revents & Int16(POLLHUP) != 0)
        #expect(refusal(.descriptor(-1)).contains("not handed down"))
    }

    @Test("A credential is a plain name in systemd's folder")
    func credential() throws {
        #expect(refusal(.credential("pin"), credentials: "").contains("CREDENTIALS_DIRECTORY is not set"))
        // An ACL's mask shows in the group's bits.
        _ = try write("4321\n", mode: 0o440)
        #expect(try octets(.credential("pin")) == Array("4321".utf8))
        _ = try write("4321\n", mode: 0o444)
        #expect(refusal(.credential("pin")).contains("read or written by others"))
        for name in ["", ".", "..", "a/b", "/etc/passwd"] {
            #expect(refusal(.credential(name)).contains("plain file name"))
        }
    }

    @Test("The PIN's page is locked and left out of core dumps")
    func page() throws {
        let pin = try PIN(copying: Array("1234".utf8))
        let address = unsafe pin.withOctets { pointer, _ in UInt(bitPattern: pointer) }
        let flags = try #require(Self.flags(ofPageAt: address))
        #expect(flags.contains("dd"))
        #expect(flags.contains("lo"))
        _ = consume pin
    }

    /// The VmFlags line of /proc/self/smaps for the mapping that holds the address.
    private static func flags(ofPageAt address: UInt) -> [Substring]? {
        guard let file = unsafe fopen("/proc/self/smaps", "r") else { return nil }
        defer { unsafe fclose(file) }
        var line = [CChar](repeating: 0, count: 4096)
        var isInside = false
        while unsafe fgets(&line, Int32(line.count), file) != nil {
            let text = String(decoding: line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
            let range = text.prefix { $0 != " " }.split(separator: "-")
            if range.count == 2, let from = UInt(range[0], radix: 16), let to = UInt(range[1], radix: 16) {
                isInside = (from..<to).contains(address)
            } else if isInside, text.hasPrefix("VmFlags:") {
                return text.dropFirst(8).split { $0 == " " || $0 == "\n" }
            }
        }
        return nil
    }
}
