import Foundation
import JSONRPC
import TestSupport
import Testing

/// The order of system calls, as strace sees it from outside.
@Suite("what is durable before what", .serialized)
struct TraceTests {
    /// One call that has returned, or that a module has noted.
    private enum Event: Equatable {
        /// fdatasync returned 0.
        case synced
        /// A batch of the journal was written.
        case batch
        /// The key was asked.
        case asked
        /// The certificate went to its requester.
        case answered
    }

    @Test("fdatasync returns between the intent and C_Sign, and between the signature and the answer")
    func order() async throws {
        let (bed, module) = (try await TestBed.shared(), try FaultyModule())
        var configuration = try TestConfiguration(["p256"])
        configuration.module = module.path
        let trace = configuration.folder + "/trace"
        // Detached, so that the daemon is this process's own child.
        configuration.wrapper = [
            "strace", "-D", "-f", "-o", trace, "-s", "300", "-e",
            "trace=fdatasync,pwrite64,write,writev,sendto,sendmsg",
        ]
        try configuration.write(bed.tree)
        let daemon = try RunningDaemon(configuration)
        let client = try daemon.connect()
        for _ in 1...3 { _ = try client.call("signCertificate", bed.params()).get() }
        #expect(try daemon.stop().status == 0)
        let events = Self.events(try String(contentsOfFile: trace, encoding: .utf8))
        let answers = events.indices.filter { events[$0] == .answered }
        #expect(answers.count == 3)
        for answer in answers {
            let before = events[..<answer]
            let asked = try #require(before.lastIndex(of: .asked))
            // The intent: written, on the disk, then the key.
            let intent = try #require(before[..<asked].lastIndex(of: .batch))
            #expect(before[intent..<asked].contains(.synced), "\(events)")
            // The signature: written, on the disk, then the answer.
            let outcome = try #require(before[asked...].firstIndex(of: .batch))
            #expect(before[outcome...].contains(.synced), "\(events)")
        }
    }

    /// What matters of a trace, in its order. A call that another thread's interrupts counts when it is resumed.
    private static func events(_ trace: String) -> [Event] {
        var unfinished: [Substring: Substring] = [:]
        return trace.split(separator: "\n").compactMap { line in
            guard let space = line.firstIndex(of: " ") else { return nil }
            let (pid, text) = (line[..<space], line[space...].drop { $0 == " " })
            if text.hasSuffix("<unfinished ...>") {
                unfinished[pid] = text
                return nil
            }
            let call = text.hasPrefix("<...") ? (unfinished.removeValue(forKey: pid) ?? "") : text
            if call.hasPrefix("fdatasync("), text.hasSuffix("= 0") { return .synced }
            if call.hasPrefix("pwrite64("), call.contains("\"CSBT") { return .batch }
            if call.hasPrefix("write("), call.contains("\"C_Sign\\n\"") { return .asked }
            if call.contains("BEGIN CERTIFICATE"), !call.hasPrefix("pwrite64(") { return .answered }
            return nil
        }
    }
}
