import Foundation
import Issuance
import Ledger
import TestSupport
import Testing
import Timekeeping

@testable import Inventory

@Suite("Lists of certificates")
struct SearchTests {
    @Test("what means something to SQL means nothing in a pattern", arguments: [false, true])
    func metacharacters(_ isInChapters: Bool) async throws {
        let folder = try TestLedger()
        let journal = try folder.openJournal()
        let inventory = folder.inventory(
            isInChapters ? TestLedger.sizes : InventorySizes())
        let names = [
            "100%", "100x", "a_b", "axb", "x'y", "\"q\"", "[z]", "z", "\\", "a*b", "'; DROP TABLE names; --", "?", "é",
        ]
        try await folder.following(journal, inventory) {
            for name in names { try await journal.issue(TestCertificate(subject: name, names: [name]).intent()) }
            try await inventory.reach(headOf: journal)
            for name in names where name != "a*b" {
                for pattern in [name, name + "*", "*" + name] {
                    let expected = names.reversed().filter { NamePattern(pattern).matches($0) }
                    let found = try await inventory.all(CertificateFilter(alternativeName: NamePattern(pattern)))
                    #expect(found.map(\.alternativeNames[0].text) == expected, "\(pattern)")
                    let bySubject = try await inventory.all(CertificateFilter(subject: NamePattern("CN=" + pattern)))
                    #expect(bySubject.map(\.subject) == expected.map { "CN=" + $0 }, "\(pattern)")
                }
            }
        }
    }

    @Test("pages have each certificate once and all that were there when the first was read, while others are added")
    func paging() async throws {
        let folder = try TestLedger()
        let journal = try folder.openJournal()
        let inventory = folder.inventory()
        try await folder.following(journal, inventory) {
            for _ in 0..<23 { try await journal.issue(TestCertificate().intent()) }
            try await inventory.reach(headOf: journal)
            let before = try await inventory.all().map(\.sequence)
            #expect(before.count == 23)
            var (seen, cursor): ([UInt64], CertificateCursor?) = ([], nil)
            repeat {
                let page = try await inventory.certificates(matching: CertificateFilter(), after: cursor, limit: 4)
                #expect(page.certificates.count <= 4)
                seen += page.certificates.map(\.sequence)
                cursor = page.next
                for _ in 0..<3 { try await journal.issue(TestCertificate().intent()) }
                try await inventory.reach(headOf: journal)
            } while cursor != nil
            #expect(seen == before)
        }
    }

    @Test("the last page is the last, also where it is full")
    func lastPage() async throws {
        let folder = try TestLedger()
        let journal = try folder.openJournal()
        let inventory = folder.inventory()
        try await folder.following(journal, inventory) {
            for _ in 0..<6 { try await journal.issue(TestCertificate().intent()) }
            try await inventory.reach(headOf: journal)
            let first = try await inventory.certificates(matching: CertificateFilter(), limit: 3)
            let second = try await inventory.certificates(matching: CertificateFilter(), after: first.next, limit: 3)
            #expect(first.next != nil)
            #expect(second.certificates.count == 3)
            #expect(second.next == nil)
            // What is no sensible limit counts as the nearest.
            #expect(try await inventory.certificates(matching: CertificateFilter(), limit: -1).certificates.count == 1)
            #expect(
                try await inventory.certificates(matching: CertificateFilter(), limit: .max).certificates.count == 6)
        }
    }

    @Test("a cursor reads back from its text, and from no other", arguments: [1, 35, 1 << 40, Int64.max])
    func cursor(_ sequence: Int64) {
        let cursor = CertificateCursor(sequence: sequence)
        #expect(CertificateCursor(cursor.text) == cursor)
    }

    @Test(
        "what is no cursor is none",
        arguments: ["", "c1-", "c1-0", "c1--1", "c1-+1", "c1-01", "c1-A", "c1-1 ", "c2-1", "c1-zzzzzzzzzzzzzzzz", "1"])
    func noCursor(_ text: String) {
        #expect(CertificateCursor(text) == nil)
    }
}
