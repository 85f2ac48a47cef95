import Foundation
import PublicKeys
import TestSupport
import Testing

@testable import Issuance

/// A daemon that has the journal's head signed, and the tool that holds the journal against it.
@Suite("the journal's head is signed", .serialized)
struct CheckpointTests {
    @Test(
        "what a daemon has recorded is under a checkpoint when it has stopped, and the tool verifies it; a CA's key signs none"
    )
    func kept() async throws {
        let bed = try await TestBed.shared()
        let configuration = try TestConfiguration(["p256"])
        try configuration.write(bed.tree)
        try publish("unlimited", bed, configuration)
        let daemon = try RunningDaemon(configuration)
        _ = try daemon.connect().call("signCertificate", bed.params()).get()
        #expect(try daemon.stop().status == 0)
        let (file, key) = (configuration.folder + "/checkpoints.pem", configuration.folder + "/checkpoint.pem")
        func verify(_ key: String) throws -> ChildProcess.Ended {
            try ChildProcess.run(
                try BuiltProduct.path(of: "countersign"),
                ["ledger", "verify", configuration.journal, "--checkpoints", file, "--checkpoint-key", key])
        }
        let text = try String(contentsOfFile: file, encoding: .utf8)
        #expect(text.contains("BEGIN COUNTERSIGN CHECKPOINT"))
        let sound = try verify(key)
        #expect(sound.status == 0, "\(sound)")
        // Of another key they prove nothing.
        try publish("roomy", bed, configuration)
        let foreign = try verify(key)
        #expect(foreign.status == 65, "\(foreign)")

        let other = try TestConfiguration(["p256"])
        try other.write(bed.tree)
        try publish("p256", bed, other)
        let refused = try RunningDaemon.spawn(other).wait()
        #expect(refused.status == 1, "\(refused)")
        #expect(refused.errors.contains("is that of authority p256"), "\(refused)")
    }

    /// Adds a `checkpoints` section with that CA's key, and writes its public key.
    private func publish(_ id: String, _ bed: TestBed, _ configuration: TestConfiguration) throws {
        let authority = try #require(bed.tree.authorities[id])
        let der = try PEM.decodeOne(authority.chain[0], labels: ["CERTIFICATE"]).der
        let key = try IssuerCertificate(der: der).publicKey
        try configuration.write(
            PEM.encode(key.subjectPublicKeyInfo, label: "PUBLIC KEY"), to: "checkpoint.pem")
        var text = try String(contentsOfFile: configuration.path, encoding: .utf8)
        guard !text.contains("checkpoints:") else { return }
        text +=
            "checkpoints: { token: main, key: \"\(authority.key)\", publicKey: checkpoint.pem, file: checkpoints.pem }\n"
        try configuration.write(text, to: "countersign.yaml")
    }
}
