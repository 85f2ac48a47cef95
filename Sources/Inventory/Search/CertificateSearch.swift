internal import Foundation
internal import GRDB
internal import Issuance

/// Makes one page of a list: goes from the last certificate to the first, by the way that passes over most of what does not match.
struct CertificateSearch {
    private let db: Database
    private let filter: CertificateFilter
    private let conditions: CertificateConditions
    private let limit: Int
    private(set) var found: [CertificateEntry] = []

    /// - Parameter limit: how many to find.
    init(_ db: Database, _ filter: CertificateFilter, _ conditions: CertificateConditions, limit: Int) {
        self.db = db
        self.filter = filter
        self.conditions = conditions
        self.limit = limit
    }

    private var isDone: Bool { found.count >= limit }

    /// Looks at certificates with lower numbers than that.
    mutating func run(before upper: Int64) throws {
        if let hash = filter.csrHash {
            try runThroughRest(before: upper)
            try look(at: CertificateLookup.sequences(with: .csr(hash), before: upper, db))
        } else if let (pattern, folded, line) = exactName {
            try runThroughNames(pattern, line, before: upper, after: CertificateLookup.lastInChapters(db))
            let key = LookupKey.name(NameBlock.line(line, folded)[...])
            try look(at: CertificateLookup.sequences(with: key, before: upper, db))
        } else if let index = indexOfStatus {
            try look("FROM certificates c INDEXED BY \(index)", "c.sequence < ?", [upper])
        } else if let (pattern, line) = searchedName {
            try runThroughNames(pattern, line, before: upper, after: 0)
        } else {
            try runThroughRest(before: upper)
            try runThroughChapters(before: upper)
        }
    }

    // MARK: - The ways

    /// A name that is given in full, and not the empty subject, which is no name.
    private var exactName: (NamePattern, folded: [UInt8], NameBlock.Line)? {
        for (pattern, line) in namePatterns {
            if let folded = pattern.exactText, !folded.isEmpty { return (pattern, folded, line) }
        }
        return nil
    }

    /// A pattern that does not match everything.
    private var searchedName: (NamePattern, NameBlock.Line)? {
        namePatterns.filter { !$0.0.longestPiece.isEmpty }.max { $0.0.longestPiece.count < $1.0.longestPiece.count }
    }

    private var namePatterns: [(NamePattern, NameBlock.Line)] {
        [(filter.subject, NameBlock.Line.subject), (filter.alternativeName, .alternativeName)]
            .compactMap { pattern, line in pattern.map { ($0, line) } }
    }

    /// The index that has few rows, for a status that few have.
    private var indexOfStatus: String? {
        switch filter.status {
        case .revoked?: "certificates_revoked"
        case .pending?, .possiblySigned?, .notSigned?: "certificates_unsettled"
        case .issued?, nil: nil
        }
    }

    /// Those that are in no chapter yet.
    private mutating func runThroughRest(before upper: Int64) throws {
        let last = try CertificateLookup.lastInChapters(db)
        try look("FROM certificates c NOT INDEXED", "c.sequence < ? AND c.sequence > ?", [upper, last])
    }

    private mutating func runThroughChapters(before upper: Int64) throws {
        let chapters = try Row.fetchAll(
            db,
            sql:
                "SELECT first, last FROM chapters h WHERE h.first < ? AND \(conditions.chapterSQL) ORDER BY chapter DESC",
            arguments: StatementArguments([upper] + conditions.chapterArguments))
        for chapter in chapters where !isDone {
            try look(
                "FROM certificates c NOT INDEXED", "c.sequence < ? AND c.sequence BETWEEN ? AND ?",
                [upper, chapter[0], chapter[1]])
        }
    }

    private mutating func runThroughNames(
        _ pattern: NamePattern, _ line: NameBlock.Line, before upper: Int64, after lower: Int64
    ) throws {
        let blocks = try Row.fetchCursor(
            db, sql: "SELECT entries, text FROM names WHERE first < ? AND first > ? ORDER BY first DESC",
            arguments: [upper, lower])
        while !isDone, let row = try blocks.next() {
            let block = NameBlock(text: row.largeOctets(1), encodedEntries: row.largeOctets(0))
            try look(at: block.sequences(matching: pattern, in: line).filter { $0 < upper })
        }
    }

    // MARK: - Looking

    /// Looks at certificates by their numbers, the highest first.
    private mutating func look(at sequences: [Int64]) throws {
        guard !sequences.isEmpty, !isDone else { return }
        let statement = try db.cachedStatement(
            sql: """
                SELECT \(CertificateEntry.columns) FROM certificates c CROSS JOIN documents d ON d.sequence = c.sequence
                WHERE c.sequence = ? AND \(conditions.sql)
                """)
        for sequence in sequences where !isDone {
            let arguments = StatementArguments([sequence] + conditions.arguments)
            if let row = try Row.fetchOne(statement, arguments: arguments) { try take(row) }
        }
    }

    /// Looks at a range of certificates.
    private mutating func look(_ source: String, _ range: String, _ arguments: [Int64]) throws {
        guard !isDone else { return }
        let rows = try Row.fetchCursor(
            db.cachedStatement(
                sql: """
                    SELECT \(CertificateEntry.columns) \(source) CROSS JOIN documents d ON d.sequence = c.sequence
                    WHERE \(range) AND \(conditions.sql) ORDER BY c.sequence DESC
                    """), arguments: StatementArguments(arguments) + StatementArguments(conditions.arguments))
        while !isDone, let row = try rows.next() { try take(row) }
    }

    /// Keeps it if also what is in no column matches.
    private mutating func take(_ row: Row) throws {
        let entry = try CertificateEntry(row, db)
        if let hash = filter.csrHash, entry.csrHash != hash { return }
        if let pattern = filter.subject, !pattern.matches(entry.subject) { return }
        if let pattern = filter.alternativeName, !entry.alternativeNames.contains(where: { pattern.matches($0.text) }) {
            return
        }
        found.append(entry)
    }
}
