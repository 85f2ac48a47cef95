/// How much is written at once. A test takes less, to see more of it.
struct InventorySizes: Sendable {
    /// Certificates after which a chapter is closed. A look-up reads up to so many rows one by one, and asks each chapter once.
    var chapter = 8192
    /// Octets of names after which it is, too: SQLite holds a thousand million in one value, and a reader has to.
    var chapterText = 8 << 20
    /// Records after which a transaction ends.
    var transaction = 10_000
}
