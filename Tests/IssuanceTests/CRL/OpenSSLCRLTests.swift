import Foundation
import TestSupport
import Testing
import Timekeeping

@testable import Issuance

/// CRLs that OpenSSL has made.
struct OpenSSLCRLTests {
    private static let configuration = """
        [ca]
        default_ca = ours
        [ours]
        database = index.txt
        crlnumber = number
        default_md = sha256
        default_crl_days = 7
        crl_extensions = extensions
        [extensions]
        authorityKeyIdentifier = keyid:always
        [name]
        [root]
        basicConstraints = critical, CA:TRUE
        keyUsage = critical, keyCertSign, cRLSign
        subjectKeyIdentifier = hash
        [req]
        distinguished_name = name

        """

    /// By the words of OpenSSL's index.
    private static let entries: [(word: String, serial: String, reason: RevocationReason?)] = [
        ("", "00", nil), (",unspecified", "01", nil), (",keyCompromise", "7F", .keyCompromise),
        (",CACompromise", "80", .cACompromise), (",affiliationChanged", "8000", .affiliationChanged),
        (",superseded", "7F0102030405060708090A0B0C0D0E0F10111213", .superseded),
        (",cessationOfOperation", "FF0102030405060708090A0B0C0D0E0F10111213", .cessationOfOperation),
        (",certificateHold", "0203", .certificateHold),
        (",holdInstruction,holdInstructionReject", "0204", .certificateHold),
        (",keyTime,20260101000000Z", "0205", .keyCompromise), (",removeFromCRL", "0206", .removeFromCRL),
    ]

    @Test("A CRL that OpenSSL makes of its index is read entry by entry, and its signature holds")
    func gencrl() throws {
        let tool = try OpenSSLTool()
        defer { tool.close() }
        let index = Self.entries.map { "R\t301231235959Z\t260501120000Z\($0.word)\t\($0.serial)\tunknown\t/CN=a\n" }
        try tool.write(Array(Self.configuration.utf8), to: "configuration")
        try tool.write(Array(index.joined().utf8), to: "index.txt")
        try tool.write(Array("0FFF\n".utf8), to: "number")
        try tool.run(
            "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "key", "-out", "root", "-subj",
            "/O=Old/CN=Root",
            "-config", "configuration", "-extensions", "root")
        try tool.run(
            "ca", "-gencrl", "-config", "configuration", "-keyfile", "key", "-cert", "root", "-out", "crl.pem")
        let certificate = try IssuerCertificate(der: tool.run("x509", "-in", "root", "-outform", "DER"))

        let read = try CertificateRevocationList(contents: tool.read("crl.pem"))
        #expect(read.isSigned(by: certificate))
        #expect(read.authorityKeyIdentifier == certificate.subjectKeyIdentifier)
        #expect(read.number == 0xfff)
        #expect(read.nextUpdate == read.thisUpdate.adding(seconds: 7 * 86_400))
        #expect(read.limits.isEmpty && read.unreadCriticalExtensions.isEmpty)
        let date = try Instant(rfc3339: "2026-05-01T12:00:00Z")
        let expected = Self.entries.map { entry in
            let octets = stride(from: 0, to: entry.serial.utf8.count, by: 2).compactMap { start in
                UInt8(entry.serial.dropFirst(start).prefix(2), radix: 16)
            }
            let padding: [UInt8] = octets.first.map { $0 >= 0x80 } ?? false ? [0] : []
            return RevokedCertificate(serialNumber: padding + octets, at: date, for: entry.reason)
        }
        #expect(Set(read.entries.map(Optional.init)) == Set(expected))
    }
}
