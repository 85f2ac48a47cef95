import Foundation
import JSONRPC
import Ledger
import Logging
import TestSupport
import Testing
import Timekeeping

@Suite("the daemon and its journal's place")
struct JournalPlaceTests {
    private func configuration() async throws -> TestConfiguration {
        let configuration = try TestConfiguration(["p256"])
        try await configuration.write(TestBed.shared().tree)
        return configuration
    }

    private func names(_ folder: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
    }

    /// The error of a request that has to fail.
    private func refusal(_ daemon: RunningDaemon) async throws -> ResponseError {
        let answer = try await daemon.connect().call("signCertificate", TestBed.shared().params())
        guard case .failure(let error) = answer else { throw TestSupportError("signed") }
        return error
    }

    @Test("no journal is made but where one was asked for, and --check says so, too")
    func asked() async throws {
        let configuration = try await configuration()
        let before = try names(configuration.folder)
        for process in [
            try RunningDaemon.spawn(configuration, newJournal: false),
            try RunningDaemon.spawn(configuration, "--check", newJournal: false),
        ] {
            let ended = try process.wait()
            #expect(ended.status == 1, "\(ended)")
            #expect((ended.output + ended.errors).contains("--new-journal"), "\(ended)")
            #expect(try names(configuration.folder) == before)
        }
        #expect(try RunningDaemon(configuration).stop().status == 0)
        // Once it is there, nobody asks.
        let again = try RunningDaemon.spawn(configuration, "--check", newJournal: false).wait()
        #expect(again.status == 0, "\(again)")
    }

    @Test("a start that fails for its socket makes no journal and tries no PIN")
    func socketFirst() async throws {
        var configuration = try await configuration()
        try configuration.write("", to: "taken")
        configuration.otherSocket = configuration.folder + "/taken"
        configuration.broken = ["p256"]
        try await configuration.write(TestBed.shared().tree)
        let before = try names(configuration.folder)
        let ended = try RunningDaemon.spawn(configuration).wait()
        #expect(ended.status == 1, "\(ended)")
        #expect(ended.errors.contains("is no socket"), "\(ended)")
        #expect(!ended.errors.contains("PIN"), "\(ended)")
        #expect(try names(configuration.folder) == before)
    }

    @Test(
        "moved away under the daemon: it signs nothing and can be asked, status says why, and a restart makes no other")
    func movedAway() async throws {
        let configuration = try await configuration()
        let daemon = try RunningDaemon(configuration)
        let client = try daemon.connect()
        let signed = try await client.call("signCertificate", TestBed.shared().params()).get()
        let reference: JSONValue = ["certificateId": signed["certificateId"] ?? .null]
        #expect(try client.call("getCertificate", reference).get()["certificate"] == signed["certificate"])
        try FileManager.default.moveItem(atPath: configuration.journal, toPath: configuration.folder + "/elsewhere")

        let status = try daemon.connect().call("getStatus", [:]).get()
        #expect(status["state"]?.string == "stopped")
        #expect(status["journal"]?["state"]?.string == "stopped")
        #expect(status["journal"]?["reason"]?.string?.contains("removed or replaced") == true)
        let error = try await refusal(daemon)
        #expect(error.code == 503)
        #expect(error.data?["details"]?["reason"]?.string == "journalUnavailable")
        #expect(error.data?["details"]?["retryAfterMs"] == nil)
        // What is on record can be looked up all the same.
        #expect(try client.call("getCertificate", reference).get()["certificate"] == signed["certificate"])
        #expect(try client.call("listCertificates", [:]).get()["certificates"]?.array?.count == 1)
        #expect(try daemon.stop().status == 0)
        let again = try RunningDaemon.spawn(configuration, newJournal: false).wait()
        #expect(again.status == 1, "\(again)")
        #expect(!FileManager.default.fileExists(atPath: configuration.journal))

        try FileManager.default.moveItem(atPath: configuration.folder + "/elsewhere", toPath: configuration.journal)
        let last = try RunningDaemon(configuration)
        _ = try await last.connect().call("signCertificate", TestBed.shared().params()).get()
        #expect(try last.stop().status == 0)
    }

    @Test("a clock behind the last record: nothing is signed, and status and --check say so")
    func clockBehind() async throws {
        let configuration = try await configuration()
        let ahead = WallClock { WallClock.system.now().adding(seconds: 86_400) ?? .latest }
        let (journal, _) = try Journal.open(
            directory: configuration.journal, creating: true, clock: ahead,
            logger: Logger(label: "tests") { _ in SwiftLogNoOpLogHandler() })
        await journal.close()

        let check = try RunningDaemon.spawn(configuration, "--check").wait()
        #expect(check.status == 1, "\(check)")
        #expect(check.output.contains("before the last record's"), "\(check)")
        let daemon = try RunningDaemon(configuration)
        let status = try daemon.connect().call("getStatus", [:]).get()
        #expect(status["state"]?.string == "stopped")
        #expect(status["journal"]?["state"]?.string == "refusing")
        #expect(status["journal"]?["reason"]?.string?.contains("before the last record's") == true)
        let error = try await refusal(daemon)
        #expect(error.code == 503)
        #expect(error.data?["details"]?["retryAfterMs"] == nil)
        // The tool's codes say that trying again is of no use, the benchmark's too.
        let bench = try ChildProcess.run(
            RunningDaemon.program("countersign"),
            [
                "bench", "--profile", "by p256", "--skip-token", "--seconds", "1", "--concurrency", "2", "--socket",
                configuration.socket,
            ])
        #expect(bench.status == 69, "\(bench)")
        #expect(bench.errors.contains("journal"), "\(bench)")
        #expect(try daemon.stop().status == 0)
    }
}
