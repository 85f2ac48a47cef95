import Foundation
import Issuance
import Ledger
import TestSupport
import Testing
import Timekeeping

@testable import Inventory

@Suite("What an inventory knows of a certificate")
struct CertificateTests {
    @Test("its status follows its outcome, at once or later", arguments: [false, true])
    func status(_ waits: Bool) async throws {
        let folder = try TestLedger()
        let journal = try folder.openJournal()
        let inventory = folder.inventory()
        try await folder.following(journal, inventory) {
            for (outcome, status) in [
                (nil, .issued), (.notSigned, .notSigned), (.possiblySigned, .possiblySigned),
            ] as [(Abandonment.Outcome?, CertificateStatus)] {
                let intent = TestCertificate().intent()
                _ = try? await journal.withIntent(
                    intent, Void(), outcome: { Issued(certificateID: intent.certificateID, signature: $0) },
                    failure: { _ in Abandonment(reason: "token", outcome: outcome ?? .possiblySigned) }
                ) { (_: consuming Void) in
                    if waits {
                        try await inventory.reach(headOf: journal)
                        let pending = try await inventory.certificate(id: intent.certificateID).certificate
                        #expect(pending?.status == .pending)
                        #expect(pending?.decidedAt == nil)
                        #expect(pending?.der == nil)
                        let listed = try await inventory.all(CertificateFilter(status: .pending))
                        #expect(listed.map(\.certificateID) == [intent.certificateID])
                    }
                    if outcome != nil { throw CancellationError() }
                    return sampleSignature(of: intent)
                }
                try await inventory.reach(headOf: journal)
                let entry = try await inventory.certificate(id: intent.certificateID).certificate
                #expect(entry?.status == status)
                #expect(entry?.reason == (outcome == nil ? nil : "token"))
                #expect((entry?.der != nil) == (status == .issued))
                #expect(try await inventory.all(CertificateFilter(status: .pending)).isEmpty)
            }
        }
    }

    @Test("a certificate of another software is handed out to the octet, and read as openssl reads it")
    func imported() async throws {
        let openssl = try OpenSSLTool()
        defer { openssl.close() }
        try openssl.run(
            "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", "key.pem",
            "-outform",
            "DER", "-out", "cert.der", "-days", "30", "-set_serial", "0x0badcafe", "-subj",
            "/C=DE/O=Müller & Söhne/CN=Old, CA", "-utf8",
            "-addext",
            "subjectAltName=DNS:Old.Example,IP:192.0.2.1,IP:2001:db8::1,email:a@b.example,URI:https://x.example/")
        let der = try openssl.read("cert.der")
        let folder = try TestLedger()
        let journal = try folder.openJournal()
        let inventory = folder.inventory()
        try await folder.following(journal, inventory) {
            let certificate = TestCertificate(serial: [0x0b, 0xad, 0xca, 0xfe])
            let end = Instant.seconds(2_000_000_000)
            try await journal.record(certificate.imported(certificate: der, notAfter: end))
            // Not a certificate, and one with something behind it.
            for (number, octets) in [[0x30, 0], [1, 2, 3], [], der + [0]].enumerated() {
                let odd = TestCertificate(serial: [UInt8(number + 1)])
                try await journal.record(odd.imported(certificate: octets, subject: "CN=as told", notAfter: end))
            }
            try await inventory.reach(headOf: journal)
            let found = try await inventory.certificate(authorityKeyID: [1, 2, 3], serial: certificate.serial)
                .certificate
            let entry = try #require(found)
            #expect(entry.der == der)
            #expect(entry.status == .issued)
            #expect(entry.kind == .intermediate)
            #expect(entry.subject == "C=DE, O=Müller & Söhne, CN=Old, CA")
            #expect(
                entry.alternativeNames.map(\.text) == [
                    "Old.Example", "192.0.2.1", "2001:db8::1", "a@b.example", "https://x.example/",
                ])
            #expect(entry.source == "index.txt")
            #expect(entry.requester == nil)
            for number in 1...4 {
                let odd = try await inventory.certificate(authorityKeyID: [1, 2, 3], serial: [UInt8(number)])
                    .certificate
                #expect(odd?.subject == "CN=as told")
                #expect(odd?.der == nil)
                #expect(odd?.notAfter == end)
            }
            let text = try await inventory.all(CertificateFilter(alternativeName: NamePattern("old.EXAMPLE")))
            #expect(text.map(\.sequence) == [entry.sequence])
        }
    }

    @Test("what is put together again is what was signed, with the algorithm that it names")
    func assembled() throws {
        let openssl = try OpenSSLTool()
        defer { openssl.close() }
        for key in [["rsa:2048"], ["ed25519"], ["ec", "-pkeyopt", "ec_paramgen_curve:P-384"]] {
            try openssl.run(
                ["req", "-x509", "-newkey"] + key + [
                    "-nodes", "-keyout", "key.pem", "-outform", "DER", "-out", "cert.der", "-subj", "/CN=x",
                ])
            let der = try openssl.read("cert.der")
            let parts = try #require(CertificateParts(der: der))
            #expect(CertificateParts(tbs: parts.tbs, signature: parts.signature).der == der)
            try openssl.write(parts.der ?? [], to: "again.der")
            try openssl.run("x509", "-inform", "DER", "-in", "again.der", "-out", "again.pem")
            try openssl.run("verify", "-CAfile", "again.pem", "again.pem")
        }
    }

    @Test("a certificate is found by its own authority's key alone")
    func authority() async throws {
        let folder = try TestLedger()
        let journal = try folder.openJournal()
        let inventory = folder.inventory()
        try await folder.following(journal, inventory) {
            let certificates = (0..<20).map { TestCertificate(serial: [0x05], authorityKeyID: [UInt8($0)]) }
            for certificate in certificates {
                try await journal.record(certificate.imported(notAfter: .seconds(2_000_000_000)))
            }
            try await inventory.reach(headOf: journal)
            for (number, certificate) in certificates.enumerated() {
                let found = try await inventory.certificate(authorityKeyID: [UInt8(number)], serial: [0x05]).certificate
                #expect(found?.authorityKeyID == certificate.authorityKeyID)
            }
            #expect(try await inventory.certificate(authorityKeyID: [99], serial: [0x05]).certificate == nil)
            #expect(try await inventory.certificate(authorityKeyID: [1], serial: [0x06]).certificate == nil)
            #expect(try await inventory.certificate(id: UUID()).certificate == nil)
        }
    }
}
