import Configuration
import DERCoding
import Foundation
import Issuance
import Ledger
import PKCS11
import PublicKeys
import Signing
import TestSupport
import Testing
import Timekeeping

@testable import Ceremony

@Suite("ceremonies sign what was prepared, once, and on record")
struct CeremonyTests {
    private let folder: String
    private let key: InMemorySigner

    init() throws {
        folder = try ChildProcess.scratch.get() + "/" + UUID().uuidString
        key = try InMemorySigner(.p384)
    }

    private func plan(_ more: String = "", validity: String = "20y") throws -> CeremonyPlan {
        try CeremonyPlan(
            yaml: Array(
                """
                version: 1
                ceremony: create-root
                authority: root
                key: "pkcs11:token=t;object=root"
                subject: [{ C: SE }, { CN: Root }]
                validity: \(validity)
                \(more)
                """.utf8), path: "/plan.yaml")
    }

    private func prepare(_ more: String = "") throws -> Ceremony {
        try Ceremony.prepare(plan(more), in: folder, publicKey: key.publicKey)
    }

    private func records() throws -> [RecordBody] {
        var reader = try JournalReader(directory: folder + "/journal")
        var bodies: [RecordBody] = []
        while let record = try reader.next() { bodies.append(record.body) }
        return bodies
    }

    private func file(_ name: String) -> URL { URL(fileURLWithPath: folder + "/" + name) }

    @Test("what was prepared is taken up again and signed; once more, it is the same certificate without the key")
    func signed() async throws {
        let hash = try prepare().hash
        let ceremony = try Ceremony(CeremonyFolder(folder))
        #expect(ceremony.hash == hash)
        let signer = ScriptedSigner(key)
        let first = try await ceremony.sign(confirming: hash.uppercased(), with: signer)
        #expect(!first.wasDone && signer.count == 1)
        let certificate = try Data(contentsOf: URL(fileURLWithPath: first.path))
        let again = try await ceremony.sign(confirming: hash, with: signer)
        #expect(again.wasDone && signer.count == 1)
        #expect(try Data(contentsOf: URL(fileURLWithPath: again.path)) == certificate)
        let judged = try ChildProcess.run(
            "openssl", ["verify", "-x509_strict", "-check_ss_sig", "-CAfile", first.path, first.path])
        #expect(judged.status == 0, "\(judged)")
        guard case .intent(let intent) = try records()[1] else { throw CocoaError(.fileReadUnknown) }
        #expect(intent.authorityID == "root" && intent.kind == .intermediate)
        #expect(Statement.hash(intent.tbs) == hash)
        // Files that an interruption has kept from being written are written by the next run.
        for name in ["certificate.pem", "transcript.txt"] { try FileManager.default.removeItem(at: file(name)) }
        #expect(try await ceremony.sign(confirming: hash, with: signer).wasDone)
        #expect(signer.count == 1)
        #expect(try Data(contentsOf: file("certificate.pem")) == certificate)
        #expect(try ceremony.check([]).isSigned)
    }

    @Test("another hash, another key and any file that was changed use no key and leave no record")
    func refused() async throws {
        let ceremony = try prepare()
        let signer = ScriptedSigner(key)
        await #expect(throws: CeremonyError.notConfirmed(prepared: ceremony.hash)) {
            try await ceremony.sign(confirming: String(repeating: "0", count: 64), with: signer)
        }
        let other = ScriptedSigner(try InMemorySigner(.p384))
        await #expect(throws: CeremonyError.otherKey) {
            try await ceremony.sign(confirming: ceremony.hash, with: other)
        }
        #expect(signer.count == 0 && other.count == 0)
        for name in ["plan.yaml", "key.pem", "prepared.der", "statement.txt"] {
            let octets = try Data(contentsOf: file(name))
            for changed in [octets + [0x0a], octets.dropLast(), Data()] {
                try changed.write(to: file(name))
                #expect(throws: CeremonyError.self, "\(name)") { try Ceremony(CeremonyFolder(folder)) }
            }
            try FileManager.default.removeItem(at: file(name))
            #expect(throws: CeremonyError.self, "\(name)") { try Ceremony(CeremonyFolder(folder)) }
            try octets.write(to: file(name))
        }
        #expect(try Journal.isAbsent(directory: folder + "/journal"))
        #expect(try Ceremony(CeremonyFolder(folder)).hash == ceremony.hash)
    }

    @Test(
        "what was prepared is built again before the key is used: a statement that goes with other octets does not do")
    func rebuilt() async throws {
        let ceremony = try prepare()
        // Whoever may write to the folder can make a statement, too.
        let longer = try Prepared(
            CeremonyInputs(plan(validity: "30y"), publicKey: key.publicKey, certifiedKey: nil),
            drawn: .init(preparedAt: ceremony.statement.time, ceremony.toBeSigned)
        ).toBeSigned
        let statement = Statement(
            act: "create-root", time: ceremony.statement.time, inputs: ceremony.inputs.files, toBeSigned: longer)
        try Data(longer).write(to: file("prepared.der"))
        try Data(statement.text.utf8).write(to: file("statement.txt"))
        let changed = try Ceremony(CeremonyFolder(folder))
        let signer = ScriptedSigner(key)
        await #expect(throws: CeremonyError.changed(path: folder + "/prepared.der")) {
            try await changed.sign(confirming: changed.hash, with: signer)
        }
        #expect(signer.count == 0)
    }

    @Test("a folder that is there, or that others may write to, is none for a ceremony")
    func folders() throws {
        _ = try prepare()
        #expect(throws: CeremonyError.self) { try prepare() }
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: folder)
        #expect(throws: CeremonyError.self) { try CeremonyFolder(folder) }
        #expect(throws: CeremonyError.self) { try CeremonyFolder(folder + "/plan.yaml") }
        #expect(throws: CeremonyError.self) { try CeremonyFolder(folder + "-none") }
    }

    @Test(
        "a signing that failed is on record, and the same is not signed after it",
        arguments: [SigningError.Outcome.possiblySigned, .notSigned])
    func failed(_ outcome: SigningError.Outcome) async throws {
        let ceremony = try prepare()
        let failing = ScriptedSigner(key, failing: SigningError(.failed, "no answer", outcome: outcome))
        let told = CeremonyError.tokenFailed(
            reason: "no answer", isUnused: outcome == .notSigned, directory: folder)
        await #expect(throws: told) { try await ceremony.sign(confirming: ceremony.hash, with: failing) }
        let outcomes = try records().compactMap { if case .abandoned(let end, _, _) = $0 { end.outcome } else { nil } }
        #expect(outcomes == [outcome == .notSigned ? .notSigned : .possiblySigned])
        let signer = ScriptedSigner(key)
        let error =
            outcome == .notSigned
            ? CeremonyError.failedBefore(directory: folder) : CeremonyError.begunBefore(directory: folder)
        await #expect(throws: error) { try await ceremony.sign(confirming: ceremony.hash, with: signer) }
        #expect(signer.count == 0)
        #expect(!FileManager.default.fileExists(atPath: file("certificate.pem").path))
    }

    @Test("a token that does not sign shows it before anything is on record")
    func rehearsed() async throws {
        let ceremony = try prepare()
        let unfit = ScriptedSigner(key, unfit: true)
        await #expect(throws: ScriptedSigner.Unfit.self) {
            try await ceremony.sign(confirming: ceremony.hash, with: unfit)
        }
        #expect(try Journal.isAbsent(directory: folder + "/journal"))
        #expect(try await !ceremony.sign(confirming: ceremony.hash, with: ScriptedSigner(key)).wasDone)
    }

    @Test("so many operators have to confirm, each by a key of his own; what they confirm is all that was given")
    func operators() async throws {
        let kinds: [KeyPairType] = [.ed25519, .p256, .rsa(bits: 2048)]
        let keys = try kinds.map { try InMemorySigner($0) }
        var paths: [String] = []
        for (index, key) in keys.enumerated() {
            let path = folder + "-operator-\(index).pem"
            try PEM.encode(key.publicKey.subjectPublicKeyInfo, label: "PUBLIC KEY")
                .write(toFile: path, atomically: true, encoding: .utf8)
            paths.append("\"\(path)\"")
        }
        let ceremony = try prepare("operators: { required: 2, keys: [\(paths.joined(separator: ", "))] }")
        let statement = Array(ceremony.statement.text.utf8)
        let signer = ScriptedSigner(key)
        func sign(_ confirmations: [[UInt8]]) async throws -> Ceremony.Outcome {
            try await ceremony.sign(
                confirming: ceremony.hash, confirmations.map { ("file", $0) }, with: signer)
        }
        func missing(_ given: Int) -> CeremonyError {
            .confirmationsMissing(given: given, required: 2, statement: folder + "/statement.txt")
        }
        await #expect(throws: missing(0)) { try await sign([]) }
        let invalid = CeremonyError.confirmationInvalid(path: "file")
        await #expect(throws: invalid) { try await sign([keys[0].octets(signing: statement + [0x0a])]) }
        await #expect(throws: invalid) { try await sign([InMemorySigner(.p256).octets(signing: statement)]) }
        // Twice the same person is one.
        await #expect(throws: missing(1)) {
            try await sign([keys[1].octets(signing: statement), keys[1].octets(signing: statement)])
        }
        #expect(signer.count == 0)
        // The first was kept.
        let outcome = try await sign([keys[2].octets(signing: statement)])
        let transcript = try String(contentsOfFile: outcome.transcriptPath, encoding: .utf8)
        #expect(transcript.contains("confirmed by: operator-2.pem\nconfirmed by: operator-3.pem\n"))
        let text = Array(transcript.utf8)
        let finding = try ceremony.check([("alice", keys[0].octets(signing: text))])
        #expect(finding.confirmedBy == ["operator-2.pem", "operator-3.pem"])
        #expect(finding.transcriptSignedBy == ["operator-1.pem"])
        #expect(throws: CeremonyError.self) { try ceremony.check([("bob", keys[0].octets(signing: statement))]) }
        try Data(text.dropFirst(200)).write(to: URL(fileURLWithPath: outcome.transcriptPath))
        #expect(throws: CeremonyError.changed(path: outcome.transcriptPath)) { try ceremony.check([]) }
    }

    @Test("two operators of one key are one, and are refused")
    func sameOperator() throws {
        let path = folder + "-operator.pem"
        try PEM.encode(key.publicKey.subjectPublicKeyInfo, label: "PUBLIC KEY")
            .write(toFile: path, atomically: true, encoding: .utf8)
        try FileManager.default.copyItem(atPath: path, toPath: path + ".2")
        #expect(throws: CeremonyError.self) {
            try prepare("operators: { required: 2, keys: [\"\(path)\", \"\(path).2\"] }")
        }
        #expect(CeremonyFolder.isAbsent(folder))
    }

    @Test("a certificate in the folder that is not the one on record is told, and stays")
    func otherCertificate() async throws {
        let ceremony = try prepare()
        let signer = ScriptedSigner(key)
        _ = try await ceremony.sign(confirming: ceremony.hash, with: signer)
        try Data("other".utf8).write(to: file("certificate.pem"))
        let changed = CeremonyError.changed(path: folder + "/certificate.pem")
        await #expect(throws: changed) { try await ceremony.sign(confirming: ceremony.hash, with: signer) }
        #expect(throws: changed) { try ceremony.check([]) }
        #expect(try Data(contentsOf: file("certificate.pem")) == Data("other".utf8))
    }

    @Test("another request of the same key is not the one that was confirmed")
    func otherRequest() async throws {
        let request = { (name: String) in
            """
            version: 1
            ceremony: create-intermediate
            authority: issuing
            key: "pkcs11:token=t;object=issuing"
            subject: [{ CN: \(name) }]
            """
        }
        let signer = ScriptedSigner(key)
        var ceremonies: [Ceremony] = []
        for name in ["one", "two"] {
            let plan = try CeremonyPlan(yaml: Array(request(name).utf8), path: "/plan.yaml")
            ceremonies.append(try Ceremony.prepare(plan, in: folder + name, publicKey: key.publicKey))
        }
        let signed = try await ceremonies[0].sign(confirming: ceremonies[0].hash, with: signer)
        #expect(try ceremonies[0].check([]).isSigned)
        try FileManager.default.copyItem(atPath: signed.path, toPath: folder + "two/request.pem")
        let changed = CeremonyError.changed(path: folder + "two/request.pem")
        await #expect(throws: changed) {
            try await ceremonies[1].sign(confirming: ceremonies[1].hash, with: signer)
        }
        #expect(throws: changed) { try ceremonies[1].check([]) }
        #expect(signer.count == 1)
    }

    @Test(
        "names that no certificate has are refused before anything is confirmed",
        arguments: ["C: Sweden", "CN: \(String(repeating: "x", count: 70))"])
    func names(_ attribute: String) throws {
        for act in ["create-root", "create-intermediate"] {
            let text =
                "version: 1\nceremony: \(act)\nauthority: a\nkey: \"pkcs11:token=t;object=o\"\nsubject: [{ \(attribute) }]\n"
                + (act == "create-root" ? "validity: 1y\n" : "")
            let plan = try CeremonyPlan(yaml: Array(text.utf8), path: "/plan.yaml")
            #expect(throws: IssuanceError.self) {
                try Ceremony.prepare(plan, in: folder, publicKey: key.publicKey)
            }
            #expect(CeremonyFolder.isAbsent(folder))
        }
    }

    @Test("what was prepared long ago and is over is not signed")
    func expired() async throws {
        let ceremony = try Ceremony.prepare(plan(validity: "1h"), in: folder, publicKey: key.publicKey)
        let signer = ScriptedSigner(key)
        let later = WallClock { ceremony.statement.time.adding(seconds: 3600) ?? .latest }
        await #expect(throws: CeremonyError.self) {
            try await ceremony.sign(confirming: ceremony.hash, with: signer, clock: later)
        }
        #expect(signer.count == 0)
        #expect(try Journal.isAbsent(directory: folder + "/journal"))
    }

    @Test("without its journal, a certificate that is there is neither signed again nor called prepared only")
    func recordGone() async throws {
        let ceremony = try prepare()
        let signer = ScriptedSigner(key)
        _ = try await ceremony.sign(confirming: ceremony.hash, with: signer)
        try FileManager.default.removeItem(at: file("journal"))
        let missing = CeremonyError.missing(path: folder + "/journal")
        await #expect(throws: missing) { try await ceremony.sign(confirming: ceremony.hash, with: signer) }
        #expect(throws: missing) { try ceremony.check([]) }
        #expect(signer.count == 1)
    }

    @Test("a transcript says what was, whenever it is written, and no line that can be known may be changed")
    func transcripts() async throws {
        let ceremony = try prepare()
        let signer = ScriptedSigner(key)
        let outcome = try await ceremony.sign(confirming: ceremony.hash, with: signer)
        let first = try String(contentsOfFile: outcome.transcriptPath, encoding: .utf8)
        try FileManager.default.removeItem(atPath: outcome.transcriptPath)
        let later = WallClock { .latest }
        _ = try await ceremony.sign(confirming: ceremony.hash, with: signer, clock: later)
        #expect(try String(contentsOfFile: outcome.transcriptPath, encoding: .utf8) == first)
        for line in ["ceremony: ", "statement: ", "to be signed: ", "prepared: ", "signed: ", "certificate.pem: "] {
            try first.replacing("\n" + line, with: "\n" + line + "x").write(
                toFile: outcome.transcriptPath, atomically: false, encoding: .utf8)
            #expect(throws: CeremonyError.self, "\(line)") { try ceremony.check([]) }
        }
        try (first + "confirmed by: operator-1.pem\n").write(
            toFile: outcome.transcriptPath, atomically: false, encoding: .utf8)
        #expect(throws: CeremonyError.self) { try ceremony.check([]) }
    }

    @Test("one run at a time is at work in a folder")
    func locked() async throws {
        let ceremony = try prepare()
        let lock = try ceremony.folder.lock()
        let signer = ScriptedSigner(key)
        await #expect(throws: CeremonyError.self) { try await ceremony.sign(confirming: ceremony.hash, with: signer) }
        #expect(signer.count == 0)
        drop(lock)
        #expect(try await !ceremony.sign(confirming: ceremony.hash, with: signer).wasDone)
    }

    private func drop(_ lock: consuming FolderLock) {}

    @Test("what an interrupted preparation has left says how to go on")
    func unprepared() throws {
        _ = try prepare()
        try FileManager.default.removeItem(at: file("statement.txt"))
        #expect(throws: CeremonyError.unprepared(directory: folder)) { try Ceremony(CeremonyFolder(folder)) }
    }
}

/// A key in memory that counts its signatures, and fails where it is told to.
private final class ScriptedSigner: CeremonySigner {
    struct Unfit: Error {}

    private let key: InMemorySigner
    private let error: SigningError?
    private let isUnfit: Bool
    private(set) var count = 0

    init(_ key: InMemorySigner, failing error: SigningError? = nil, unfit: Bool = false) {
        (self.key, self.error, isUnfit) = (key, error, unfit)
    }

    var publicKey: PublicKey { key.publicKey }
    var identity: [(name: String, value: String)] { [("key", "in memory")] }

    func rehearse(_ algorithm: SignatureAlgorithm) throws -> SignatureAlgorithm {
        if isUnfit { throw Unfit() }
        return algorithm
    }

    func sign(_ message: [UInt8], _ way: SignatureAlgorithm) throws -> VerifiedSignature {
        if let error { throw error }
        count += 1
        let octets = try key.octets(signing: message)
        guard let signature = VerifiedSignature(octets, over: message, by: key.publicKey, algorithm: way) else {
            throw Unfit()
        }
        return signature
    }
}
