internal import GRDB

/// The tables. They are derived, so there are no migrations: a file of another version is made anew.
///
/// What the journal does not promise is no constraint here, or one odd record would stop the inventory for ever.
///
/// At a million certificates, an index over random values costs more than all the rest of an insertion: each new key dirties a page
/// of its own. So `certificates` has none. Its rows lie in the order of the journal, and every few thousand of them become a
/// chapter: their keys are sorted into buckets, which are written behind those of the chapters before and never touched again. A
/// look-up reads one bucket of each chapter, and row by row what is in no chapter yet.
enum InventorySchema {
    /// To be raised with every change of the tables, or of what is in them.
    static let version = 3
    /// "CSin": what `file` and others know the file by.
    static let applicationID = 0x4353_696e

    static func create(in db: Database) throws {
        try db.execute(sql: "PRAGMA application_id = \(applicationID)")
        try db.execute(sql: "PRAGMA user_version = \(version)")
        try db.execute(sql: tables)
    }

    /// Whether the tables are those of this version; `nil` where there are none.
    static func isCurrent(in db: Database) throws -> Bool? {
        let found = try Int.fetchOne(db, sql: "PRAGMA user_version") ?? 0
        if found == 0, try Int.fetchOne(db, sql: "SELECT count(*) FROM sqlite_schema") == 0 { return nil }
        return found == version
    }

    private static let tables = """
        -- Which journal, and how far: changes in one transaction with all the rest.
        CREATE TABLE position (
            id              INTEGER PRIMARY KEY CHECK (id = 1),
            journal         BLOB NOT NULL CHECK (length(journal) = 16),
            segment         INTEGER NOT NULL CHECK (segment > 0),
            offset          INTEGER NOT NULL CHECK (offset > 0),
            next            INTEGER NOT NULL CHECK (next > 0),
            head            BLOB NOT NULL CHECK (length(head) = 32)
        ) STRICT;

        CREATE TABLE authorities (
            id              INTEGER PRIMARY KEY,
            name            TEXT NOT NULL,
            keyID           BLOB NOT NULL,
            UNIQUE (name, keyID)
        ) STRICT;

        -- What lists are searched by: narrow, and in the order of the journal. Times are seconds since 1970.
        CREATE TABLE certificates (
            sequence        INTEGER PRIMARY KEY CHECK (sequence > 0),
            certificateID   BLOB NOT NULL CHECK (length(certificateID) = 16),
            serial          BLOB NOT NULL CHECK (length(serial) > 0),
            authority       INTEGER NOT NULL,
            state           INTEGER NOT NULL CHECK (state BETWEEN 0 AND 3),
            revoked         INTEGER NOT NULL CHECK (revoked IN (0, 1)),
            csrKey          INTEGER,
            notAfter        INTEGER,
            kind            INTEGER NOT NULL CHECK (kind IN (0, 1)),
            profileID       BLOB CHECK (length(profileID) = 16),
            uid             INTEGER,
            crlPartition    INTEGER,
            -- Whether it may be in any partition.
            anyPartition    INTEGER NOT NULL CHECK (anyPartition IN (0, 1))
        ) STRICT;
        -- Few rows are in these.
        CREATE INDEX certificates_unsettled ON certificates (state) WHERE state <> 1;
        CREATE INDEX certificates_revoked ON certificates (revoked) WHERE revoked = 1;

        -- The rest of each certificate: what only it is asked for.
        CREATE TABLE documents (
            sequence        INTEGER PRIMARY KEY,
            recordedAt      INTEGER NOT NULL,
            decidedAt       INTEGER,
            gid             INTEGER,
            pid             INTEGER,
            requestID       TEXT,
            signatureAlgorithm TEXT,
            configurationHash BLOB,
            csrHash         BLOB,
            source          TEXT,
            subject         TEXT,
            reason          TEXT,
            tbs             BLOB,
            signature       BLOB
        ) STRICT;

        -- Rows of certificates whose keys are in buckets. notAfterMin: the earliest among them.
        CREATE TABLE chapters (
            chapter         INTEGER PRIMARY KEY,
            first           INTEGER NOT NULL,
            last            INTEGER NOT NULL,
            notAfterMin     INTEGER,
            CHECK (first <= last)
        ) STRICT;

        -- Keys of which each is one certificate's, or that of a few: see KeyBucket. id: 256 times the chapter, and the bucket.
        CREATE TABLE buckets (
            id              INTEGER PRIMARY KEY,
            keys            BLOB NOT NULL
        ) STRICT;

        -- Keys that many certificates share: whether the chapter has any such.
        CREATE TABLE sharedKeys (
            chapter         INTEGER NOT NULL,
            key             INTEGER NOT NULL,
            PRIMARY KEY (chapter, key)
        ) STRICT, WITHOUT ROWID;

        -- The subjects and alternative names of the certificates from first to last, to be searched as one text: see NameBlock.
        CREATE TABLE names (
            first           INTEGER PRIMARY KEY,
            last            INTEGER NOT NULL,
            entries         BLOB NOT NULL,
            text            BLOB NOT NULL
        ) STRICT;

        -- In the order in which a CRL names them. certificate, notAfter, crlPartition: NULL where no certificate is known. anyPartition:
        -- whether each partition's CRL names it.
        CREATE TABLE revocations (
            keyID           BLOB NOT NULL,
            serial          BLOB NOT NULL CHECK (length(serial) > 0),
            date            INTEGER NOT NULL,
            reason          INTEGER NOT NULL,
            authorityID     TEXT NOT NULL,
            firstRecord     INTEGER NOT NULL,
            lastRecord      INTEGER NOT NULL,
            uid             INTEGER,
            gid             INTEGER,
            pid             INTEGER,
            requestID       TEXT NOT NULL,
            certificate     INTEGER,
            notAfter        INTEGER,
            crlPartition    INTEGER,
            anyPartition    INTEGER NOT NULL DEFAULT 1 CHECK (anyPartition IN (0, 1)),
            PRIMARY KEY (keyID, serial)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX revocations_by_partition ON revocations (keyID, crlPartition) WHERE crlPartition IS NOT NULL;
        CREATE INDEX revocations_of_any ON revocations (keyID) WHERE anyPartition = 1;

        -- Partitions of CRLs that certificates are in, -1 for those that may be in any. notAfter: of the last of them.
        CREATE TABLE partitions (
            keyID           BLOB NOT NULL,
            crlPartition    INTEGER NOT NULL,
            notAfter        INTEGER NOT NULL,
            PRIMARY KEY (keyID, crlPartition)
        ) STRICT, WITHOUT ROWID;

        -- state: that of certificates; 4 for one that was taken over. Numbers are 64 bits, of which the first is no sign.
        CREATE TABLE crls (
            sequence        INTEGER PRIMARY KEY,
            crlID           BLOB CHECK (length(crlID) = 16),
            authorityID     TEXT NOT NULL,
            keyID           BLOB NOT NULL,
            number          INTEGER NOT NULL,
            crlPartition    INTEGER,
            state           INTEGER NOT NULL CHECK (state BETWEEN 0 AND 4),
            recordedAt      INTEGER NOT NULL,
            basis           INTEGER,
            entries         INTEGER,
            thisUpdate      INTEGER,
            nextUpdate      INTEGER,
            hash            BLOB NOT NULL,
            signatureAlgorithm TEXT,
            signature       BLOB,
            source          TEXT
        ) STRICT;
        CREATE INDEX crls_by_key ON crls (keyID, crlPartition, state);
        """
}
