import Crypto
import DERCoding
import Foundation
import PublicKeys
import TestSupport
import Testing
import Timekeeping

@testable import Issuance

@Suite("a root is prepared, linted and sealed")
struct PreparedRootTests {
    private let key = P384.Signing.PrivateKey()
    private let start = WallClock.system.now()

    private func publicKey() throws -> PublicKey {
        try PublicKey(subjectPublicKeyInfo: Array(key.publicKey.derRepresentation))
    }

    /// `CN=Root`.
    private var subject: [UInt8] {
        var writer = DERWriter(reservingCapacity: 32)
        writer.constructed(DERTag.sequence) { name in
            name.constructed(DERTag.set) { set in
                set.constructed(DERTag.sequence) { attribute in
                    attribute.primitive(DERTag.objectIdentifier, [0x55, 4, 3])
                    attribute.primitive(DERTag.utf8String, "Root".utf8)
                }
            }
        }
        return writer.octets
    }

    private func prepare(
        subject: [UInt8]? = nil, seconds: Int64 = 20 * 31_536_000, pathLength: Int? = nil
    ) throws -> PreparedRoot {
        try PreparedRoot(
            subject: subject ?? self.subject, publicKey: publicKey(), notBefore: start,
            notAfter: #require(start.adding(seconds: seconds)), pathLength: pathLength)
    }

    private func signature(of message: [UInt8]) throws -> VerifiedSignature {
        let octets = Array(try key.signature(for: Data(message)).derRepresentation)
        let algorithm = SignatureAlgorithm.default(for: try publicKey())
        return try #require(VerifiedSignature(octets, over: message, by: publicKey(), algorithm: algorithm))
    }

    private func rules(_ body: () throws -> Void) -> [String] {
        do { try body() } catch IssuanceError.lintFailed(let findings) { return findings.map(\.rule.name) } catch {
            Issue.record("\(error)")
        }
        return []
    }

    @Test("OpenSSL's strictest reading accepts it as a self-signed root", arguments: [nil, 0, 1])
    func judged(pathLength: Int?) throws {
        let root = try prepare(pathLength: pathLength)
        let tbs = root.tbs
        let sealed = try root.seal(signature(of: tbs))
        let certificate = try IssuerCertificate(der: sealed.der)
        #expect(certificate.tbs == tbs)
        #expect(certificate.basicConstraints == .ca(pathLength: pathLength))
        #expect(certificate.keyUsage == [.keyCertSign, .cRLSign])
        #expect(certificate.subjectKeyIdentifier == certificate.authorityKeyIdentifier)
        #expect(certificate.serialNumber.count == 20)
        let path = try ChildProcess.scratch.get() + "/" + UUID().uuidString
        try PEM.encode(sealed.der, label: "CERTIFICATE").write(toFile: path, atomically: true, encoding: .utf8)
        let judged = try ChildProcess.run(
            "openssl", ["verify", "-x509_strict", "-check_ss_sig", "-CAfile", path, path])
        #expect(judged.status == 0, "\(judged)")
    }

    @Test("an empty subject, an end before the beginning and a negative path length are refused, with the rule")
    func refused() {
        #expect(rules { _ = try prepare(subject: [0x30, 0]) } == ["subjectForm"])
        #expect(rules { _ = try prepare(seconds: -1) } == ["timeOrder"])
        #expect(rules { _ = try prepare(pathLength: -1) } == ["asPlanned"])
    }

    @Test("a signature of other bytes seals nothing")
    func otherSignature() throws {
        let signature = try signature(of: prepare().tbs)
        let root = try prepare()
        var thrown: IssuanceError?
        do throws(IssuanceError) { _ = try root.seal(signature) } catch { thrown = error }
        #expect(thrown == .signatureInvalid)
    }
}
