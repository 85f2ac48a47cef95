import DERCoding
import Foundation
import TestSupport
import Testing
import Timekeeping

@testable import Issuance

@Suite("What a list shows of a certificate")
struct CertificateSummaryTests {
    private typealias DER = DERBuilder

    private static let algorithm = DER.sequence(DER.objectIdentifier(1, 2, 840, 10045, 4, 3, 2))

    private static func tbs(
        subject: [UInt8] = DER.sequence(), validity: [UInt8]? = nil, version: Bool = true, extensions: [UInt8]...
    ) -> [UInt8] {
        DER.sequence(
            version ? DER.element(0xa0, DER.integer([2])) : [], DER.integer([0x41, 2]), algorithm, DER.sequence(),
            validity ?? DER.sequence(DER.text(0x17, "260101000000Z"), DER.text(0x18, "20500102030405Z")), subject,
            DER.sequence(algorithm, DER.bitString([4])),
            extensions.isEmpty ? [] : DER.element(0xa3, DER.element(0x30, extensions.flatMap(\.self))))
    }

    private static func name(_ attributes: (arcs: [UInt], value: [UInt8])...) -> [UInt8] {
        DER.element(
            0x30,
            attributes.flatMap { arcs, value in DER.set(DER.sequence(DER.objectIdentifier(arcs), value)) })
    }

    @Test("serial, times and names are those of the certificate")
    func ordinary() throws {
        let tbs = Self.tbs(
            subject: Self.name(([2, 5, 4, 6], DER.text(0x13, "DE")), ([2, 5, 4, 3], DER.text(0x0c, "wéb"))),
            extensions: DER.sequence(
                DER.objectIdentifier(2, 5, 29, 19), DER.element(0x01, [0xff]),
                DER.octetString(DER.sequence(DER.element(0x01, [0xff])))))
        let summary = try #require(CertificateSummary(tbs: tbs))
        #expect(summary.serial == [0x41, 2])
        #expect(summary.subject == "C=DE, CN=wéb")
        #expect(
            summary.subject
                == DistinguishedName.description(
                    der: Self.name(([2, 5, 4, 6], DER.text(0x13, "DE")), ([2, 5, 4, 3], DER.text(0x0c, "wéb")))))
        #expect(summary.notBefore?.rfc3339 == "2026-01-01T00:00:00Z")
        #expect(summary.notAfter?.rfc3339 == "2050-01-02T03:04:05Z")
        #expect(summary.isCA)
        #expect(summary.alternativeNames.isEmpty)
    }

    @Test("a certificate of version 1 has no more than a name")
    func versionOne() throws {
        let summary = try #require(CertificateSummary(tbs: Self.tbs(version: false)))
        #expect(summary.serial == [0x41, 2])
        #expect(summary.subject.isEmpty)
        #expect(!summary.isCA)
    }

    @Test(
        "text of any string type is read, and what is none is a question mark",
        arguments: [
            (0x0c, Array("Ünit".utf8), "Ünit"), (0x13, Array("abc".utf8), "abc"), (0x16, Array("a@b".utf8), "a@b"),
            (0x12, Array("123".utf8), "123"), (0x1a, Array("abc".utf8), "abc"), (0x14, [0x4d, 0xfc, 0x6c], "Mül"),
            (0x1e, [0x00, 0x43, 0x20, 0xac], "C€"), (0x1e, [0xd8, 0x3d, 0xde, 0x00], "😀"), (0x1e, [0x00], "?"),
            (0x1e, [0xd8, 0x3d], "\u{fffd}"), (0x1c, [0, 0, 0, 0x43, 0, 1, 0xf6, 0], "C😀"),
            (0x1c, [0, 0, 0xd8, 0], "?"),
            (0x1c, [1, 2], "?"), (0x0c, [0xff], "?"), (0x0c, [0x41, 0x00, 0x1b, 0x42], "A??B"),
            (0x0c, Array("a\u{85}b".utf8), "a?b"), (0x14, [0x1b], "?"), (0x02, [1], "?"), (0x30, [], "?"),
            (0x0c, [], ""),
        ] as [(UInt8, [UInt8], String)])
    func strings(_ tag: UInt8, _ octets: [UInt8], _ text: String) throws {
        let tbs = Self.tbs(subject: Self.name(([2, 5, 4, 3], DER.element(tag, octets))))
        #expect(try #require(CertificateSummary(tbs: tbs)).subject == "CN=" + text)
    }

    @Test(
        "attributes have the names that configuration gives them, or their OIDs",
        arguments: SubjectField.allCases.map { ($0.objectIdentifier.dotted, $0.rawValue) }
            + [("2.5.4.97", "2.5.4.97"), ("1.2.3", "1.2.3"), ("2.5.4.3.1", "2.5.4.3.1")])
    func attributes(_ dotted: String, _ name: String) throws {
        let arcs = dotted.split(separator: ".").compactMap { UInt($0) }
        let tbs = Self.tbs(subject: Self.name((arcs, DER.text(0x0c, "x"))))
        #expect(try #require(CertificateSummary(tbs: tbs)).subject == name + "=x")
    }

    @Test(
        "alternative names are shown as people write them",
        arguments: [
            (DER.text(0x82, "Web.Example"), .dns, "Web.Example"), (DER.text(0x81, "a@b"), .email, "a@b"),
            (DER.text(0x86, "https://x/"), .uri, "https://x/"), (DER.element(0x87, [192, 0, 2, 1]), .ip, "192.0.2.1"),
            (DER.element(0x87, [UInt8](repeating: 0, count: 16)), .ip, "::"),
            (DER.element(0x87, [UInt8](repeating: 0, count: 15) + [1]), .ip, "::1"),
            (DER.element(0x87, [0x20, 1, 0x0d, 0xb8] + [UInt8](repeating: 0, count: 12)), .ip, "2001:db8::"),
            // RFC 5952 § 4.2: the longest run, the first of two, and no single zero.
            (DER.element(0x87, [0, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1]), .ip, "1:0:0:1::1"),
            (DER.element(0x87, [0, 1, 0, 0, 0, 0, 0, 1, 0, 1, 0, 0, 0, 0, 0, 1]), .ip, "1::1:1:0:0:1"),
            (DER.element(0x87, [0, 1, 0, 0, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0xab, 0xcd]), .ip, "1:0:1:1:1:1:1:abcd"),
            (DER.element(0x87, [10, 0, 0, 0, 255, 0, 0, 0]), .ip, "0a000000ff000000"),
            (DER.element(0x88, [0x2a, 3, 4]), .registeredID, "1.2.3.4"),
            (DER.element(0x88, [0x80]), .registeredID, "?"),
            (DER.element(0xa4, name(([2, 5, 4, 3], DER.text(0x0c, "x")))), .directory, "CN=x"),
            (DER.element(0xa4, [1, 2]), .directory, "?"), (DER.element(0xa0, []), .other, "?"),
            (DER.element(0x82, [0x61, 0x07]), .dns, "a?"), (DER.element(0x82, [0xff]), .dns, "?"),
        ] as [([UInt8], CertificateSummary.AlternativeName.Kind, String)])
    func alternativeNames(_ der: [UInt8], _ kind: CertificateSummary.AlternativeName.Kind, _ text: String) throws {
        let names = DER.sequence(DER.text(0x82, "first.example"), der)
        let tbs = Self.tbs(
            extensions: DER.sequence(DER.objectIdentifier(2, 5, 29, 15), DER.octetString([3, 2, 5, 0xa0])),
            DER.sequence(DER.objectIdentifier(2, 5, 29, 17), DER.octetString(names)))
        let summary = try #require(CertificateSummary(tbs: tbs))
        #expect(summary.alternativeNames == [.init(kind: .dns, text: "first.example"), .init(kind: kind, text: text)])
    }

    @Test("a time that RFC 5280 does not know is none, and the rest is told")
    func oddTimes() throws {
        let validity = DER.sequence(DER.text(0x17, "2601010000Z"), DER.text(0x18, "20500102030405.5Z"))
        let tbs = Self.tbs(subject: Self.name(([2, 5, 4, 3], DER.text(0x0c, "x"))), validity: validity)
        let summary = try #require(CertificateSummary(tbs: tbs))
        #expect(summary.notBefore == nil)
        #expect(summary.notAfter == nil)
        #expect(summary.subject == "CN=x")
    }

    @Test(
        "what is no TBSCertificate is none",
        arguments: [[], [0x30], [0x30, 0], [0x30, 3, 2, 1, 5], [0x31, 0]] as [[UInt8]])
    func none(_ octets: [UInt8]) {
        #expect(CertificateSummary(tbs: octets) == nil)
    }

    @Test("bent at random, it is still read without harm")
    func bent() {
        var random = BendingGenerator(environment: ProcessInfo.processInfo.environment)
        let tbs = Self.tbs(
            subject: Self.name(([2, 5, 4, 3], DER.text(0x1e, "abcd")), ([1, 2, 3], DER.text(0x0c, "x"))),
            extensions: DER.sequence(
                DER.objectIdentifier(2, 5, 29, 17),
                DER.octetString(
                    DER.sequence(
                        DER.text(0x82, "a"), DER.element(0x87, [1, 2, 3, 4]), DER.element(0x88, [0x2a]),
                        DER.element(0xa4, Self.name(([2, 5, 4, 3], DER.text(0x1c, "abcd"))))))))
        for _ in 0..<20_000 { _ = CertificateSummary(tbs: random.bend(tbs)) }
    }
}
