import Foundation
import JSONRPC
import TestSupport
import Testing

/// `countersign ledger rebuild`: what was looked up before is found after it.
@Suite("the inventory is made anew by command")
struct RebuildTests {
    private func rebuild(_ configuration: TestConfiguration) throws -> ChildProcess.Ended {
        try ChildProcess.run(
            RunningDaemon.program("countersign"), ["ledger", "rebuild", "--config", configuration.path, "--json"])
    }

    @Test("deleted or damaged, it says afterwards what it said before; beside a daemon it is refused")
    func rebuilt() async throws {
        let bed = try await TestBed.shared()
        let configuration = try TestConfiguration(["p256"])
        try configuration.write(bed.tree)
        var daemon = try RunningDaemon(configuration)
        var client = try daemon.connect()
        for _ in 0..<3 { _ = try client.call("signCertificate", bed.params()).get() }
        let before = try client.call("listCertificates", [:]).get()["certificates"]
        let refused = try rebuild(configuration)
        #expect(refused.status == 73, "\(refused)")
        #expect(refused.errors.contains("stop it first"), "\(refused)")
        #expect(try daemon.stop().status == 0)

        let file = try #require(
            try FileManager.default.contentsOfDirectory(atPath: configuration.folder).first { $0.hasSuffix(".sqlite") })
        let path = configuration.folder + "/" + file
        for damage in ["", "no database"] {
            try FileManager.default.removeItem(atPath: path)
            if !damage.isEmpty { try configuration.write(damage, to: file) }
            let ended = try rebuild(configuration)
            #expect(ended.status == 0, "\(ended)")
            let attributes = try FileManager.default.attributesOfItem(atPath: path)
            #expect((attributes[.posixPermissions] as? Int).map { $0 & 0o077 } == 0)
            daemon = try RunningDaemon(configuration)
            client = try daemon.connect()
            #expect(try client.call("listCertificates", [:]).get()["certificates"] == before)
            #expect(try daemon.stop().status == 0)
        }
        try FileManager.default.removeItem(atPath: configuration.journal)
        let absent = try rebuild(configuration)
        #expect(absent.status == 66, "\(absent)")
        #expect(FileManager.default.fileExists(atPath: path))
    }
}
