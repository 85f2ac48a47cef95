import Foundation
import Glibc
import JSONRPC
import Ledger
import TestSupport
import Testing

@Suite("a token that misbehaves")
struct TokenFaultTests {
    private func configuration(_ authorities: [String], _ module: FaultyModule) async throws -> TestConfiguration {
        var configuration = try TestConfiguration(authorities)
        configuration.module = module.path
        try await configuration.write(TestBed.shared().tree)
        return configuration
    }

    @Test("a signature that does not verify is a 503, possibly signed on record, and locks its authority alone")
    func wrongSignature() async throws {
        let (bed, module) = (try await TestBed.shared(), try FaultyModule())
        let daemon = try RunningDaemon(await configuration(["p256", "rsa2048"], module))
        let client = try daemon.connect()
        _ = try client.call("signCertificate", bed.params(by: "p256")).get()
        try module.set("C_Sign 1 1000000 flip")
        let details = try expect(client.call("signCertificate", bed.params(by: "p256")), .unavailable)
        #expect(details?["reason"]?.string == "signatureInvalid")
        #expect(details?["outcome"]?.string == "possiblySigned")
        #expect(details?["retryAfterMs"] == nil)
        try module.set()
        let later = try expect(client.call("signCertificate", bed.params(by: "p256")), .unavailable)
        #expect(later?["reason"]?.string == "tokenUnavailable")
        #expect(later?["outcome"]?.string == "notSigned")
        _ = try client.call("signCertificate", bed.params(by: "rsa2048")).get()
        let status = try client.call("getStatus", [:]).get()
        #expect(status["state"]?.string == "degraded")
        #expect(status["authorities"]?.all("state").sorted() == ["active", "unavailable"])
        let ended = try daemon.stop()
        #expect(ended.status == 0, "\(ended)")
        #expect(ended.errors.contains("error countersignd"), "\(ended)")
        #expect(ended.errors.contains("the token returned a wrong signature"), "\(ended)")
        #expect(ended.errors.contains("a key is locked"), "\(ended)")
        let record = try RecordTests.Record(daemon.configuration.journal)
        #expect(record.issued.count == 2)
        #expect(record.abandoned.map(\.outcome) == [.possiblySigned])
    }

    @Test("a key that its token fails counts as unavailable until it signs again, and no other key does")
    func failingKey() async throws {
        let (bed, module) = (try await TestBed.shared(), try FaultyModule())
        let daemon = try RunningDaemon(await configuration(["p256", "rsa2048"], module))
        let client = try daemon.connect()
        _ = try client.call("signCertificate", bed.params(by: "p256")).get()
        // CKR_OBJECT_HANDLE_INVALID: no reason to count the whole token as gone.
        try module.set("C_SignInit 1 1000000 return 82")
        for _ in 0..<2 {
            let details = try expect(client.call("signCertificate", bed.params(by: "p256")), .unavailable)
            #expect(details?["retryAfterMs"]?.integer == 250)
        }
        var status = try client.call("getStatus", [:]).get()
        #expect(status["state"]?.string == "degraded")
        #expect(status["authorities"]?.all("state") == ["unavailable", "active"])
        #expect(status["authorities"]?.all("reason").first?.contains("CKR_OBJECT_HANDLE_INVALID") == true)
        _ = try expect(client.call("signCertificate", bed.params(by: "rsa2048")), .unavailable)
        #expect(try client.call("getStatus", [:]).get()["state"]?.string == "stopped")
        try module.set()
        for authority in ["p256", "rsa2048"] {
            _ = try client.call("signCertificate", bed.params(by: authority)).get()
        }
        status = try client.call("getStatus", [:]).get()
        #expect(status["state"]?.string == "ok", "\(status)")
        #expect(try daemon.stop().status == 0)
    }

    @Test("a call that hangs does not hold up SIGTERM: what comes is told, the record is whole, the process ends")
    func hungCall() async throws {
        let (bed, module) = (try await TestBed.shared(), try FaultyModule())
        var configuration = try TestConfiguration(["p256"])
        configuration.module = module.path
        // Longer than this test may take.
        configuration.more.token = ["callTimeout: 1h"]
        configuration.limits = "{ drainTimeout: 5s }"
        try configuration.write(bed.tree)
        let daemon = try RunningDaemon(configuration)
        let client = try daemon.connect()
        _ = try client.call("signCertificate", bed.params()).get()
        let next = module.count(of: "C_Sign") + 1
        try module.set("C_Sign \(next) 1000000 hang")
        try client.send(bed.line(id: 1))
        _ = try poll { module.count(of: "C_Sign") >= next ? true : nil }
        daemon.process.signal(SIGTERM)
        _ = try poll { FileManager.default.fileExists(atPath: configuration.socket) ? nil : true }
        // The connection is kept for the request that is under way.
        for method in ["signCertificate", "getStatus"] {
            let details = try expect(client.call(method, bed.params()), .unavailable)
            #expect(details?["reason"]?.string == "shuttingDown")
            #expect(details?["outcome"]?.string == "notSigned")
        }
        let ended = try daemon.process.wait()
        #expect(ended.status == EX_SOFTWARE, "\(ended)")
        #expect(ended.errors.contains("a call left behind"), "\(ended)")
        #expect(ended.errors.contains("main"), "\(ended)")
        let record = try RecordTests.Record(configuration.journal)
        #expect(record.issued.count == 1)
        #expect(record.abandoned.map(\.outcome) == [.possiblySigned])
        #expect(record.abandoned.first?.reason.contains("did not answer in time") == true)
    }
}
