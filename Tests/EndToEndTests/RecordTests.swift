import Foundation
import Glibc
import JSONRPC
import Ledger
import PublicKeys
import TestSupport
import Testing

@testable import Issuance

/// The journal against what clients received.
@Suite("what clients receive is on record", .serialized)
struct RecordTests {
    /// A journal, read whole.
    struct Record {
        var intents: [String: Intent] = [:]
        var issued: [String: Issued] = [:]
        var abandoned: [Abandonment] = []
        var serials: [[UInt8]] = []
        var configurations = 0

        /// - Throws: where a record is damaged, and where the last batch is torn.
        init(_ directory: String) throws {
            var reader = try JournalReader(directory: directory)
            while let record = try reader.next() {
                switch record.body {
                case .genesis, .revoked, .crlIntent, .checkpoint, .importedCertificate, .importedCRL, .restored,
                    .archived:
                    break
                case .configurationLoaded: configurations += 1
                case .intent(let intent):
                    intents[intent.certificateID.uuidString.lowercased()] = intent
                    serials.append(intent.serial)
                case .issued(let outcome, _): issued[outcome.certificateID.uuidString.lowercased()] = outcome
                case .abandoned(let outcome, _, _): abandoned.append(outcome)
                }
            }
            guard reader.end?.tornOctets == 0 else { throw TestSupportError("the journal's end is torn") }
        }

        /// Expects a certificate's intent and outcome, byte for byte.
        func expect(_ result: JSONValue) throws {
            let id = try #require(result["certificateId"]?.string)
            let pem = try #require(result["certificate"]?.string)
            let certificate = try ParsedCertificate(der: PEM.decodeOne(pem, labels: ["CERTIFICATE"]).der)
            let intent = try #require(intents[id])
            #expect(intent.tbs == Array(certificate.tbsBytes))
            #expect(SerialNumber(octets: intent.serial)?.hex == result["serialNumber"]?.string)
            #expect(issued[id]?.signature == Array(certificate.signature))
        }
    }

    private func configuration(_ bed: TestBed) throws -> TestConfiguration {
        var configuration = try TestConfiguration(["p256", "rsa4096"])
        configuration.limits = "{ requestsInFlightPerUser: 1024 }"
        try configuration.write(bed.tree)
        return configuration
    }

    @Test("every certificate is there as intent and outcome, its TBS byte for byte, with who asked for it")
    func orderly() async throws {
        let bed = try await TestBed.shared()
        let daemon = try RunningDaemon(configuration(bed))
        var results: [JSONValue] = []
        let client = try daemon.connect()
        for key in TestBed.leafKeys {
            results.append(try client.call("signCertificate", bed.params(key)).get())
        }
        // What is refused leaves no trace.
        try EndToEndTests.expect(client.call("signCertificate", bed.params("stranger")), .refused)
        let ended = try daemon.stop()
        #expect(ended.status == 0, "\(ended)")
        let record = try Record(daemon.configuration.journal)
        for result in results { try record.expect(result) }
        #expect(record.intents.count == results.count)
        #expect(record.issued.count == results.count)
        #expect(record.abandoned.isEmpty)
        #expect(record.configurations == 1)
        for intent in record.intents.values {
            #expect(intent.requester == Intent.Requester(uid: getuid(), gid: getgid(), pid: getpid()))
            #expect(intent.kind == .leaf)
            #expect(intent.authorityID == "p256")
            #expect(intent.requestID.wholeMatch(of: /req-[0-9A-Za-z]{14}/) != nil)
        }
    }

    @Test("a daemon killed under load has on record all that anyone received, and serves again")
    func killed() async throws {
        let bed = try await TestBed.shared()
        let configuration = try configuration(bed)
        var received: [JSONValue] = []
        for round in 1...3 {
            let daemon = try RunningDaemon(configuration)
            let clients = try (1...4).map { _ in try daemon.connect() }
            for client in clients {
                for id in 1...30 { try client.send(bed.line(id: Int64(id), by: id % 3 == 0 ? "rsa4096" : "p256")) }
            }
            for _ in 1...round * 4 { received.append(try clients[0].response().outcome.get()) }
            daemon.process.signal(SIGKILL)
            #expect(try daemon.process.wait().status == -SIGKILL)
            for client in clients {
                // Half a line is nobody's certificate.
                while let line = try client.receive() { received.append(try Response(parsing: line).outcome.get()) }
            }
        }
        let daemon = try RunningDaemon(configuration)
        received.append(try daemon.connect().call("signCertificate", bed.params()).get())
        let status = try daemon.connect().call("getStatus", [:]).get()
        #expect(status["journal"]?["openIntents"]?.integer == 0)
        #expect(try daemon.stop().status == 0)

        let record = try Record(configuration.journal)
        for result in received { try record.expect(result) }
        #expect(Set(record.serials).count == record.serials.count)
        #expect(record.issued.count + record.abandoned.count == record.intents.count)
        // What a daemon abandoned by itself before it was killed, because the token failed for an instant, has its own reason.
        let interrupted = record.abandoned.filter { $0.reason.hasPrefix("no outcome was on record") }
        #expect(!interrupted.isEmpty, "no round was killed with a request under way")
        #expect(interrupted.allSatisfy { $0.outcome == .possiblySigned })
        #expect(record.configurations == 4)
    }
}
