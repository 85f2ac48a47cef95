import Crypto
import DERCoding
import Foundation
import Ledger
import PKCS11
import PublicKeys
import Signing
import TestSupport
import Testing
import Timekeeping

@testable import Issuance
@testable import LedgerImport

/// What becomes of sources that say the same, more, or something else.
@Suite("what is taken over")
struct ImportPlanTests {
    private let ca: TestCA
    private let now: Instant

    init() throws {
        ca = try TestCA()
        now = try Instant(rfc3339: "2026-11-26T00:00:00Z")
    }

    private func plan(
        holdsBecome: RevocationReason? = nil, clampingDates: Bool = false, known: KnownRecords = KnownRecords(),
        _ fill: (inout ImportSources) throws -> Void
    ) throws -> ImportPlan {
        var sources = ImportSources(authority: ca.authority)
        try fill(&sources)
        return try ImportPlan(
            sources, holdsBecome: holdsBecome, clampingDates: clampingDates, known: known, now: now)
    }

    private func index(_ lines: String...) throws -> OpenSSLIndex {
        try OpenSSLIndex(Array(lines.joined(separator: "\n").utf8), source: "index.txt")
    }

    private func refusal(_ body: () throws -> ImportPlan) -> String {
        do {
            _ = try body()
            return ""
        } catch { return "\(error)" }
    }

    @Test(
        "a certificate is in the partition whose CRL it points to; one of another journal's that points to none is refused"
    )
    func partitions() throws {
        let ca = try TestCA(
            partitions: ["http://a/{partition}.crl", "http://b/{partition}"].compactMap { PartitionTemplate($0) })
        var sources = ImportSources(authority: ca.authority)
        for (number, url) in ["http://a/7.crl", "http://b/7", "http://a/x.crl", nil].enumerated() {
            sources.addCertificate(try ca.certificate(serial: [UInt8(number + 1)], crl: url), source: "file")
        }
        let taken = try ImportPlan(sources, holdsBecome: nil, known: KnownRecords(), now: now).certificates
        #expect(taken.map(\.crlPartition) == [7, 7, nil, nil])
        let stray = try ForeignCertificate(der: ca.certificate(serial: [9], crl: "http://c/7"))
        sources.add(stray, id: nil, partition: 7, "journal")
        #expect(sources.problems.first.first?.message.contains("formerDistributionPoints") == true)
        let own = try ForeignCertificate(der: ca.certificate(serial: [10], crl: "http://a/8.crl"))
        sources.add(own, id: nil, partition: 8, "journal")
        #expect(sources.problems.count == 1)
    }

    @Test("a certificate that index and file both have is taken once, with its octets, in either order")
    func merged() throws {
        let der = try ca.certificate(serial: [0x10, 0x00])
        let index = try index("V\t271231000000Z\t\t1000\tunknown\t/CN=index")
        for isIndexFirst in [true, false] {
            let plan = try plan { sources in
                if isIndexFirst { sources.add(index, source: "index.txt") }
                sources.addCertificate(der, source: "1000.pem")
                if !isIndexFirst { sources.add(index, source: "index.txt") }
                sources.addCertificate(der, source: "copy.pem")
            }
            #expect(plan.certificates.map(\.certificate) == [der])
            #expect(plan.certificates.map(\.serial) == [[0x10, 0x00]])
            #expect(plan.certificates.map(\.subject) == ["CN=leaf"])
            #expect(plan.withoutDER == 0)
        }
    }

    @Test("the same certificate has the same id at each import, another one another")
    func ids() throws {
        let (first, other) = (try ca.certificate(serial: [1]), try ca.certificate(serial: [2]))
        let one = try plan { $0.addCertificate(first, source: "a") }.certificates
        let both = try plan {
            $0.addCertificate(other, source: "b")
            $0.addCertificate(first, source: "c")
        }.certificates
        #expect(one.map(\.certificateID) == [both[0].certificateID])
        #expect(both[0].certificateID != both[1].certificateID)
        #expect(one[0].certificateID.octets[6] >> 4 == 8)
    }

    @Test("a serial that two certificates have is both of theirs, and told")
    func repeated() throws {
        let (first, second) = (try ca.certificate(serial: [1]), try ca.certificate(serial: [1], name: "other"))
        let plan = try plan {
            $0.addCertificate(first, source: "a")
            $0.addCertificate(second, source: "b")
        }
        #expect(plan.certificates.count == 2)
        #expect(plan.warnings.contains { $0.contains("serial 01") })
    }

    @Test("serials that no CA should have given are taken as they are", arguments: [[0x00], [0xff], [0x80, 0x01]])
    func oddSerials(_ serial: [UInt8]) throws {
        let der = try ca.certificate(serial: serial)
        #expect(try plan { $0.addCertificate(der, source: "a") }.certificates.map(\.serial) == [serial])
    }

    @Test("ends that contradict each other are refused")
    func contradiction() throws {
        let der = try ca.certificate(serial: [0x10, 0x00])
        let index = try index("V\t281231000000Z\t\t1000\tunknown\t/CN=index")
        let text = refusal {
            try plan {
                $0.addCertificate(der, source: "1000.pem")
                $0.add(index, source: "index.txt")
            }
        }
        #expect(text.contains("index.txt, line 1"))
        #expect(text.contains("1000.pem"))
    }

    @Test("the CRL's word on date and reason prevails over the index, save for a compromise")
    func prevailing() throws {
        let crl = try ca.crl(
            number: 7,
            [([0x01], "2026-02-01T00:00:00Z", .superseded), ([0x02], "2026-02-02T00:00:00Z", .affiliationChanged)])
        let index = try index(
            "R\t271231000000Z\t260103000000Z,cessationOfOperation\t01\tunknown\t/CN=a",
            "R\t271231000000Z\t260103000000Z,keyCompromise\t02\tunknown\t/CN=b",
            "R\t271231000000Z\t260103000000Z\t03\tunknown\t/CN=c")
        for isCRLFirst in [true, false] {
            let plan = try plan { sources in
                if isCRLFirst { sources.add(crl, source: "last.crl") }
                sources.add(index, source: "index.txt")
                if !isCRLFirst { sources.add(crl, source: "last.crl") }
            }
            #expect(plan.revocations.map(\.serial) == [[1], [2], [3]])
            #expect(
                plan.revocations.map(\.date.rfc3339) == [
                    "2026-02-01T00:00:00Z", "2026-02-02T00:00:00Z", "2026-01-03T00:00:00Z",
                ])
            #expect(plan.revocations.map(\.reason) == [4, 1, 0])
            #expect(plan.crl?.number == 7)
            #expect(plan.lastCRLNumber == 7)
        }
    }

    @Test("a hold becomes what a person says, or nothing is taken over")
    func holds() throws {
        let crl = try ca.crl(number: 1, [([0x01], "2026-02-01T00:00:00Z", .certificateHold)])
        #expect(refusal { try plan { $0.add(crl, source: "last.crl") } }.contains("--holds-become"))
        let decided = try plan(holdsBecome: .superseded) { $0.add(crl, source: "last.crl") }
        #expect(decided.revocations.map(\.reason) == [4])
    }

    @Test("what would be revoked only later is refused, or revoked as of now")
    func future() throws {
        let crl = try ca.crl(
            number: 1, [([0x01], "2026-11-26T00:00:01Z", nil), ([0x02], "2026-11-25T00:00:00Z", nil)])
        #expect(refusal { try plan { $0.add(crl, source: "last.crl") } }.contains("--clamp-dates"))
        let clamped = try plan(clampingDates: true) { $0.add(crl, source: "last.crl") }
        #expect(clamped.revocations.map(\.date.rfc3339) == ["2026-11-26T00:00:00Z", "2026-11-25T00:00:00Z"])
        #expect(clamped.warnings.contains { $0.contains("1 revocations were dated later") })
    }

    @Test(
        "CRLs that leave kinds of certificates out are refused, and those of parts without the one of everything told")
    func coverage() throws {
        let users = try ca.crl(number: 1, [], for: IssuingDistributionPoint(urls: [], scope: .userCertificates))
        let cas = try ca.crl(number: 2, [], for: IssuingDistributionPoint(urls: [], scope: .caCertificates))
        let part = try ca.crl(number: 3, [], for: IssuingDistributionPoint(urls: ["http://a/0.crl"]))
        let all = try ca.crl(number: 4, [])
        for list in [users, cas] {
            #expect(refusal { try plan { $0.add(list, source: "last.crl") } }.contains("issuing distribution point"))
        }
        for lists in [[users, cas], [users, all], [all]] {
            let plan = try plan { for list in lists { $0.add(list, source: "last.crl") } }
            #expect(plan.warnings == [])
        }
        #expect(try plan { $0.add(part, source: "part.crl") }.warnings.contains { $0.contains("is forgotten") })
        let both = try plan {
            $0.add(part, source: "part.crl")
            $0.add(all, source: "last.crl")
        }
        #expect(both.warnings == [])
        let late = try Instant(rfc3339: "2026-12-02T00:00:00Z")
        var sources = ImportSources(authority: ca.authority)
        sources.add(all, source: "last.crl")
        let warned = try ImportPlan(sources, holdsBecome: nil, known: KnownRecords(), now: late).warnings
        #expect(warned.contains { $0.contains("make sure that it is the last") })
    }

    @Test("the highest of several CRLs' numbers counts, and one that leaves none behind it is refused")
    func numbers() throws {
        let (first, second) = (try ca.crl(number: 9, []), try ca.crl(number: 8, []))
        #expect(
            try plan {
                $0.add(first, source: "a")
                $0.add(second, source: "b")
            }.crl?.number == 9)
        let last = try ca.crl(number: UInt64(Int64.max), [])
        #expect(refusal { try plan { $0.add(last, source: "a") } }.contains("leaves none"))
    }

    @Test(
        "a certificate or CRL that another key has signed in the same name is refused, one of another name passed over")
    func foreign() throws {
        let stranger = try TestCA()
        let (forged, crl) = (try stranger.certificate(serial: [1]), try stranger.crl(number: 1, []))
        #expect(refusal { try plan { $0.addCertificate(forged, source: "a") } }.contains("not signed by its key"))
        #expect(refusal { try plan { $0.add(crl, source: "a") } }.contains("not signed by the key"))
        let other = try TestCA(name: "Other CA").certificate(serial: [1])
        var sources = ImportSources(authority: ca.authority)
        sources.addCertificate(other, source: "a")
        sources.addCertificate(ca.authority.certificate.der, source: "b")
        #expect(sources.passedOver == 2)
        #expect(sources.problems.isEmpty)
    }

    @Test("octets that are no certificate are refused: every truncation, and a seeded lot of damages never trap")
    func damaged() throws {
        let der = try ca.certificate(serial: [1])
        for length in 0..<der.count {
            #expect(!refusal { try plan { $0.addCertificate(Array(der.prefix(length)), source: "a") } }.isEmpty)
        }
        var generator = SeededGenerator(environment: "IMPORT_TESTS_SEED")
        for _ in 0..<2000 {
            var octets = der
            octets[Int.random(in: 0..<octets.count, using: &generator)] ^= UInt8.random(in: 1...255, using: &generator)
            var sources = ImportSources(authority: ca.authority)
            sources.addCertificate(octets, source: "a")
            // Refused, or no longer in the name of this CA.
            #expect(sources.certificates.isEmpty, "\(generator): \(octets.hex)")
        }
    }

    @Test("only the first of very many problems are told one by one")
    func many() throws {
        let lines = (0..<100_000).map { _ in "?" }
        let problems = #expect(throws: ImportProblems.self) {
            try OpenSSLIndex(Array(lines.joined(separator: "\n").utf8), source: "index.txt")
        }
        #expect(problems?.count == 100_000)
        #expect(problems?.description.count ?? 0 < 10_000)
    }
}
