import Foundation
import Glibc
import Synchronization
import Testing
import Threads

@Suite("Threads")
struct OSThreadTests {
    /// Of what Linux says of the calling thread (proc(5)).
    private static func status(_ field: String) -> String? {
        guard let text = try? String(contentsOfFile: "/proc/thread-self/status", encoding: .utf8) else { return nil }
        return text.split(separator: "\n").first { $0.hasPrefix(field + ":") }.map { line in
            line.dropFirst(field.count + 1).trimmingCharacters(in: .whitespaces)
        }
    }

    @Test(
        "a thread has its name, cut to 15 octets, takes no signal, and is over when it was joined",
        arguments: [("journal", "journal"), ("sign-0-0123456789", "sign-0-01234567")])
    func thread(name: String, shown: String) throws {
        let seen = Mutex<(name: String?, blocked: String?)>((nil, nil))
        let before = Self.status("SigBlk")
        try OSThread(name: name) {
            let (name, blocked) = (Self.status("Name"), Self.status("SigBlk"))
            seen.withLock { $0 = (name, blocked) }
        }.join()
        let (seenName, blocked) = seen.withLock { $0 }
        #expect(seenName == shown)
        let mask = try #require(blocked.flatMap { UInt64($0, radix: 16) })
        for signal in [SIGINT, SIGTERM, SIGHUP, SIGCHLD, SIGPIPE] { #expect(mask & 1 << UInt64(signal - 1) != 0) }
        // The one that made it is as before.
        #expect(Self.status("SigBlk") == before)
    }
}
