import Foundation
import JSONRPC
import Ledger
import TestSupport
import Testing

/// Each function on the path fails at its n-th call, for n = 1, 2, 3 … until a certificate is signed untouched. All of it with
/// `scripts/fault-test`; a sample without.
@Suite("whatever a token answers, and whenever", .serialized)
struct FaultLoopTests {
    private static let isWhole = ProcessInfo.processInfo.environment["COUNTERSIGN_FAULTS"] == "all"

    static let functions = [
        "C_SignInit", "C_Sign", "C_OpenSession", "C_FindObjectsInit", "C_FindObjects", "C_FindObjectsFinal",
        "C_CopyObject",
        "C_GetTokenInfo", "C_GetSessionInfo", "C_GetSlotList", "C_CloseSession",
    ]

    /// Return values from which the daemon recovers by itself.
    private static let passing = [
        "2", "3", "5", "6", "30", "31", "32", "50", "60", "82", "90", "91", "b0", "b1", "b3", "e0", "e1", "101", "150",
        "190",
        "80000001",
    ]
    /// Those after which nothing but a person's word has the key used again: it is not as it was configured.
    private static let locking = ["7", "21", "62", "63", "68", "70"]

    private struct Bench {
        let bed: TestBed
        let module: FaultyModule
        let daemon: RunningDaemon
        let client: WireClient

        init() async throws {
            bed = try await TestBed.shared()
            module = try FaultyModule()
            var configuration = try TestConfiguration(["p256"])
            configuration.module = module.path
            configuration.more.token = ["sessions: 1", "callTimeout: 20s"]
            try configuration.write(bed.tree)
            daemon = try RunningDaemon(configuration)
            client = try daemon.connect()
            try untilSigned()
        }

        /// `nil` where the certificate was signed.
        func fault() throws -> JSONValue? {
            do {
                _ = try client.call("signCertificate", bed.params()).get()
                return nil
            } catch let error as ResponseError {
                #expect(error.code == 503, "\(error)")
                return error.data ?? .null
            }
        }

        func untilSigned() throws { let _: Bool = try poll { try fault() == nil ? true : nil } }

        /// What clients received is on record, and nothing is left open.
        func end(afterCases cases: Int) throws {
            #expect(module.count(of: "C_Login") <= cases + 1)
            #expect(try daemon.stop().status == 0)
            let record = try RecordTests.Record(daemon.configuration.journal)
            #expect(record.issued.count + record.abandoned.count == record.intents.count)
            #expect(Set(record.serials).count == record.serials.count)
        }
    }

    /// Loses the session first, so that the whole path is walked: log-in, look-up, copy, test.
    private func walk(_ bench: Bench, _ function: String, _ action: String, locks: Bool) throws -> Int {
        var cases = 0
        for call in 1...64 {
            let lost = bench.module.count(of: "C_SignInit") + 1
            let next = bench.module.count(of: function) + call
            try bench.module.set("\(function) \(next) \(next) \(action)", "C_SignInit \(lost) \(lost) return b3")
            let fault = try bench.fault()
            let wasMet = bench.module.count(of: function) >= next
            try bench.module.set()
            if fault != nil || locks {
                if locks { try bench.daemon.configuration.unlatch() }
                try bench.untilSigned()
            }
            cases += 1
            if !wasMet { return cases }
        }
        Issue.record("\(function) \(action): no end")
        return cases
    }

    @Test("the service signs again by itself, and nothing was released that does not verify", arguments: functions)
    func passing(_ function: String) async throws {
        let bench = try await Bench()
        var cases = 0
        for code in Self.isWhole ? Self.passing : ["5", "32", "b3"] {
            cases += try walk(bench, function, "return \(code)", locks: false)
        }
        print("fault loop: \(function): \(cases) cases")
        try bench.end(afterCases: cases)
    }

    @Test(
        "what says that the key is not as configured locks it, and one command has it tried again",
        arguments: ["C_SignInit", "C_Sign"])
    func locking(_ function: String) async throws {
        let bench = try await Bench()
        var cases = 0
        for code in Self.isWhole ? Self.locking : ["70"] {
            cases += try walk(bench, function, "return \(code)", locks: true)
        }
        print("fault loop: \(function), locking: \(cases) cases")
        try bench.end(afterCases: cases)
    }

    @Test(
        "a signature that is not the key's is never released",
        arguments: ["flip", "truncate 1", "truncate 64", "zero", "extend 1", "other", "close", "delay 20000"])
    func damaged(_ action: String) async throws {
        let bench = try await Bench()
        let function = ["other", "close", "delay 20000"].contains(action) ? "C_SignInit" : "C_Sign"
        let cases = try walk(bench, function, action, locks: true)
        print("fault loop: \(function) \(action): \(cases) cases")
        try bench.end(afterCases: cases)
    }
}
