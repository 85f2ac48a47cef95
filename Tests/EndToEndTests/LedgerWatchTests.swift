import Foundation
import Glibc
import JSONRPC
import TestSupport
import Testing

@Suite("the tool's watch over the ledger")
struct LedgerWatchTests {
    private let ledger = ScriptedLedger([.init(record: 1), .init(record: 2, status: "pending")])

    private func serve(path: String? = nil) throws -> ScriptedDaemon {
        try ScriptedDaemon(path: path) { [ledger] method, params throws(ResponseError) in
            try ledger.answer(method, params)
        }
    }

    private func watch(_ daemon: ScriptedDaemon, _ arguments: String...) throws -> ChildProcess {
        let tool = try ChildProcess(
            RunningDaemon.program("countersign"), ["ledger", "watch"] + arguments,
            environment: ["COUNTERSIGN_SOCKET": daemon.path])
        // From where it begins: what is newest, what is pending, and the first look.
        _ = try poll { daemon.params("listCertificates").count >= 3 || tool.exitStatus != nil ? true : nil }
        return tool
    }

    private func serials(_ tool: ChildProcess, _ count: Int) throws -> [String] {
        let lines = try poll { () -> [Substring]? in
            let lines = tool.output.split(separator: "\n")
            return lines.count >= count || tool.exitStatus != nil ? lines : nil
        }
        return lines.map { $0.split(separator: " ").dropFirst().prefix(2).joined(separator: " ") }
    }

    private func add(_ entries: ScriptedLedger.Entry...) { ledger.change { $0 += entries } }

    private func serial(_ record: Int64) -> String { ScriptedLedger.Entry(record: record).serial }

    @Test(
        "watch tells each certificate once, when it has an outcome, and ends well at ^C", arguments: [SIGINT, SIGTERM])
    func outcomes(signal: Int32) throws {
        let daemon = try serve()
        defer { daemon.stop() }
        let tool = try watch(daemon)
        #expect(tool.output.isEmpty)
        add(.init(record: 3, status: "pending"), .init(record: 4), .init(record: 5, status: "notSigned"))
        #expect(try serials(tool, 2) == ["issued \(serial(4))", "notSigned \(serial(5))"])
        // What was pending before the watch began has come to something, and what was pending at the last look.
        ledger.change { entries in
            entries[1].status = "possiblySigned"
            entries[2].status = "issued"
        }
        #expect(try serials(tool, 4).dropFirst(2) == ["possiblySigned \(serial(2))", "issued \(serial(3))"])
        tool.signal(signal)
        let ended = try tool.wait()
        #expect(ended.status == 0, "\(ended)")
        #expect(ended.errors.isEmpty)
        #expect(ended.output.split(separator: "\n").count == 4)
    }

    @Test("watch finds what does not fit on a page, in the order of the records")
    func pages() throws {
        let daemon = try serve()
        defer { daemon.stop() }
        let tool = try watch(daemon)
        ledger.change { entries in entries += (3...252).map { ScriptedLedger.Entry(record: $0) } }
        #expect(try serials(tool, 250) == (3...Int64(252)).map { "issued \(serial($0))" })
        tool.signal(SIGINT)
        #expect(try tool.wait().status == 0)
    }

    @Test("watch --json prints what list would, an object a line, and --status chooses by the outcome")
    func json() throws {
        let daemon = try serve()
        defer { daemon.stop() }
        let tool = try watch(daemon, "--json", "--status", "possiblySigned", "--ca", "issuing")
        add(.init(record: 3), .init(record: 4, status: "possiblySigned"))
        _ = try serials(tool, 1)
        ledger.change { $0[1].status = "possiblySigned" }
        _ = try serials(tool, 2)
        tool.signal(SIGINT)
        let ended = try tool.wait()
        #expect(ended.status == 0, "\(ended)")
        let told = try ended.output.split(separator: "\n").map { try JSONValue(parsing: Array($0.utf8)) }
        #expect(told.map { $0["record"]?.integer } == [4, 2])
        for certificate in told {
            let names = certificate.object?.members.map(\.name) ?? []
            #expect(names == ScriptedLedger.Entry(record: 1).members.map(\.name))
        }
        #expect(daemon.params("listCertificates").allSatisfy { $0["caId"] == "issuing" })
        #expect(daemon.params("listCertificates").dropFirst(2).allSatisfy { $0["status"] == nil })
    }

    @Test("watch waits for a daemon that is restarted, says so once, and misses nothing")
    func restart() throws {
        let daemon = try serve()
        let tool = try watch(daemon)
        daemon.stop()
        _ = try poll { tool.errors.contains("waiting") || tool.exitStatus != nil ? true : nil }
        ledger.change { $0[1].status = "issued" }
        add(.init(record: 3))
        let next = try serve(path: daemon.path)
        defer { next.stop() }
        #expect(try serials(tool, 2) == ["issued \(serial(2))", "issued \(serial(3))"])
        tool.signal(SIGINT)
        let ended = try tool.wait()
        #expect(ended.status == 0, "\(ended)")
        let notices = ended.errors.split(separator: "\n")
        #expect(notices.count == 2, "\(notices)")
        #expect(notices.last == "countersign: the daemon is back.")
    }

    @Test("watch waits while the inventory is unavailable, and gives up at what waiting does not mend")
    func unavailable() throws {
        let refusal = ResponseError(
            status: 503, "The inventory is unavailable.", details: ["reason": "inventory", "retryAfterMs": 100])
        let daemon = try serve()
        let tool = try watch(daemon)
        daemon.stop()
        let refusing = try ScriptedDaemon(path: daemon.path) { _, _ throws(ResponseError) in throw refusal }
        _ = try poll { refusing.calls.count > 1 || tool.exitStatus != nil ? true : nil }
        refusing.stop()
        let denying = try ScriptedDaemon(path: daemon.path) { _, _ throws(ResponseError) in
            throw ResponseError(status: 403, "You may not.")
        }
        defer { denying.stop() }
        let ended = try tool.wait()
        #expect(ended.status == 77, "\(ended)")
        #expect(ended.errors.split(separator: "\n").count == 2)
    }

    @Test("watch fails at once where nobody listens")
    func nobody() throws {
        let ended = try ChildProcess.run(
            RunningDaemon.program("countersign"), ["ledger", "watch", "--socket", "/nowhere/socket"])
        #expect(ended.status == 69, "\(ended)")
    }
}
