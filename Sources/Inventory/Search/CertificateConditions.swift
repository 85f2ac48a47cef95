internal import Foundation
internal import GRDB
internal import Ledger
internal import Timekeeping

/// A filter as far as the columns of `certificates` can tell, and what tells of a whole chapter that nothing in it matches.
struct CertificateConditions: Sendable {
    /// Terms over `c`, to be joined by AND; never empty.
    private(set) var terms = ["1"]
    private(set) var arguments: [any DatabaseValueConvertible & Sendable] = []
    /// Terms over `h`, a chapter.
    private(set) var chapterTerms = ["1"]
    private(set) var chapterArguments: [any DatabaseValueConvertible & Sendable] = []

    /// `nil` where nothing can match.
    init?(_ filter: CertificateFilter, _ db: Database) throws {
        if let names = filter.authorityIDs {
            let ids = try Self.authorities(named: names, db)
            guard !ids.isEmpty else { return nil }
            add("c.authority IN (\(ids.map(String.init).joined(separator: ",")))")
            addShared(ids.map { .authority($0) })
        }
        if let profiles = filter.profileIDs {
            guard !profiles.isEmpty else { return nil }
            add(
                "c.profileID IN (\(profiles.map { _ in "?" }.joined(separator: ",")))",
                profiles.map { Data($0.octets) })
            addShared(profiles.map { .profile($0.octets) })
        }
        if let visible = filter.visible {
            let ids = try Self.authorities(named: visible.authorityIDs, db)
            guard !ids.isEmpty || !visible.profileIDs.isEmpty else { return nil }
            add(
                """
                (c.authority IN (\(ids.map(String.init).joined(separator: ",")))
                    OR c.profileID IN (\(visible.profileIDs.map { _ in "?" }.joined(separator: ","))))
                """, visible.profileIDs.map { Data($0.octets) })
        }
        if let uid = filter.requesterUID {
            add("c.uid = ?", [Int64(uid)])
            addShared([.requester(uid)])
        }
        if let hash = filter.csrHash { add("c.csrKey = ?", [LookupKey.csr(hash).number]) }
        switch filter.status {
        case nil: break
        case .revoked?: add("c.revoked = 1")
        case .issued?: add("c.revoked = 0 AND c.state = 1")
        // Said twice, for SQLite to see that the index of the few has all of them.
        case let status?: add("c.revoked = 0 AND c.state = \(status.state?.rawValue ?? -1) AND c.state <> 1")
        }
        if let limit = filter.expiringBefore?.secondsSinceEpoch {
            add("c.notAfter < ?", [limit])
            addChapter("h.notAfterMin < ?", [limit])
        }
    }

    private static func authorities(named names: Set<String>, _ db: Database) throws -> [Int64] {
        try Row.fetchAll(db, sql: "SELECT id, name FROM authorities").filter { names.contains($0[1]) }
            .map { $0[0] as Int64 }
    }

    private mutating func add(_ term: String, _ values: [any DatabaseValueConvertible & Sendable] = []) {
        terms.append(term)
        arguments += values
    }

    private mutating func addChapter(_ term: String, _ values: [any DatabaseValueConvertible & Sendable]) {
        chapterTerms.append(term)
        chapterArguments += values
    }

    /// Chapters with one of these keys, which many certificates share.
    private mutating func addShared(_ keys: [LookupKey]) {
        addChapter(
            """
            EXISTS (SELECT 1 FROM sharedKeys k WHERE k.chapter = h.chapter AND k.key IN (
                \(keys.map { _ in "?" }.joined(separator: ","))))
            """, keys.map(\.number))
    }

    var sql: String { terms.joined(separator: " AND ") }
    var chapterSQL: String { chapterTerms.joined(separator: " AND ") }
}
