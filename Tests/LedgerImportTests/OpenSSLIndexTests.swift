import Issuance
import Testing
import Timekeeping

@testable import LedgerImport

/// What openssl ca writes, read back; and what it would not write, refused with its line.
@Suite("index.txt")
struct OpenSSLIndexTests {
    private func entry(_ line: String) throws -> OpenSSLIndex.Entry {
        try #require(try OpenSSLIndex(Array(line.utf8), source: "index.txt").entries.first)
    }

    @Test("a line of each status is read")
    func statuses() throws {
        let valid = try entry("V\t271231235959Z\t\t1000\tunknown\t/C=DE/CN=a\n")
        #expect(valid.serial == [0x10, 0x00])
        #expect(valid.notAfter.rfc3339 == "2027-12-31T23:59:59Z")
        #expect(valid.revocation == nil)
        #expect(valid.subject == "/C=DE/CN=a")
        let revoked = try entry("R\t20510101000000Z\t260301120000Z,superseded\t0A\tunknown\t/CN=b")
        #expect(revoked.notAfter.rfc3339 == "2051-01-01T00:00:00Z")
        #expect(revoked.revocation?.date.rfc3339 == "2026-03-01T12:00:00Z")
        #expect(revoked.revocation?.reason == .superseded)
        #expect(try entry("E\t991231235959Z\t\t01\tunknown\t/CN=c").notAfter.rfc3339 == "1999-12-31T23:59:59Z")
    }

    @Test(
        "reasons are read as OpenSSL writes them",
        arguments: [
            ("", RevocationReason.unspecified), (",unspecified", .unspecified), (",keyCompromise", .keyCompromise),
            (",CACompromise", .cACompromise), (",affiliationChanged", .affiliationChanged),
            (",cessationOfOperation", .cessationOfOperation), (",certificateHold", .certificateHold),
            (",holdInstruction,holdInstructionReject", .certificateHold), (",keyTime,20260101000000Z", .keyCompromise),
            (",CAkeyTime,20260101000000Z", .cACompromise),
        ])
    func reasons(_ suffix: String, _ reason: RevocationReason) throws {
        #expect(try entry("R\t271231235959Z\t260301120000Z\(suffix)\t01\tunknown\t/CN=a").revocation?.reason == reason)
    }

    @Test("what was taken off the CRL again is not revoked")
    func removed() throws {
        #expect(try entry("R\t271231235959Z\t260301120000Z,removeFromCRL\t01\tunknown\t/CN=a").revocation == nil)
    }

    @Test(
        "serials become the octets of their INTEGER",
        arguments: [
            ("00", [0x00]), ("7F", [0x7f]), ("80", [0x00, 0x80]), ("0080", [0x00, 0x80]), ("-01", [0xff]),
            ("-80", [0x80]), ("-81", [0xff, 0x7f]), ("-0100", [0xff, 0x00]), ("abc", [0x0a, 0xbc]),
        ] as [(String, [UInt8])])
    func serials(_ text: String, _ octets: [UInt8]) throws {
        #expect(try entry("V\t271231235959Z\t\t\(text)\tunknown\t/CN=a").serial == octets)
    }

    @Test("a tab behind a backslash is part of its field; comments, blank lines and CRLF are read over")
    func form() throws {
        let text = "# a comment\r\n\r\nV\t271231235959Z\t\t01\tunknown\t/CN=a\\\tb\r\n"
        let entries = try OpenSSLIndex(Array(text.utf8), source: "index.txt").entries
        #expect(entries.map(\.subject) == ["/CN=a\tb"])
        #expect(entries.map(\.line) == [3])
        #expect(try OpenSSLIndex([], source: "index.txt").entries.isEmpty)
    }

    @Test(
        "a line that OpenSSL would not write is refused, by its number",
        arguments: [
            "X\t271231235959Z\t\t01\tunknown\t/CN=a", "V\t271231235959\t\t01\tunknown\t/CN=a",
            "V\t271331235959Z\t\t01\tunknown\t/CN=a", "V\t271231235959Z\t\t\tunknown\t/CN=a",
            "V\t271231235959Z\t\t0x1\tunknown\t/CN=a", "V\t271231235959Z\t\t-\tunknown\t/CN=a",
            "V\t271231235959Z\t\t+1\tunknown\t/CN=a", "V 271231235959Z  01 unknown /CN=a",
            "V\t271231235959Z\t\t01\t/CN=a", "R\t271231235959Z\t\t01\tunknown\t/CN=a",
            "V\t271231235959Z\t260301120000Z\t01\tunknown\t/CN=a",
            "R\t271231235959Z\t260301120000Z,whim\t01\tunknown\t/CN=a", "\u{0}\u{ff}",
            "V\t271231235959Z\t\t" + String(repeating: "7f", count: 128) + "\tunknown\t/CN=a",
        ])
    func refused(_ line: String) throws {
        let text = "V\t271231235959Z\t\t01\tunknown\t/CN=a\n" + line
        let problems = #expect(throws: ImportProblems.self) {
            try OpenSSLIndex(Array(text.utf8), source: "index.txt")
        }
        #expect(problems?.count == 1)
        #expect(problems?.first.first?.place == "index.txt, line 2")
    }
}
