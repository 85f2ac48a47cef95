/// The member names that an object has had so far. RFC 8259 § 4 only advises against a second member of one name; two
/// readers of one text must never disagree on what it says, so it is refused here.
struct NamesSeen {
    /// Objects of up to this many members, which all honest ones are, are searched without hashing.
    private static let fewest = 8

    private var hashed: Set<ExactName> = []

    /// Whether `name` is none of `members`' names. To be asked for every member in turn, before it is added.
    mutating func admits(_ name: String, after members: [JSONObject.Member]) -> Bool {
        guard members.count >= Self.fewest else {
            return !members.contains { $0.name.hasSameBytes(as: name) }
        }
        if hashed.isEmpty { hashed = Set(members.map { ExactName(text: $0.name) }) }
        return hashed.insert(ExactName(text: name)).inserted
    }
}

/// A string that is equal by its bytes and hashed by them. `String` hashes its normal form: a stranger could write any
/// number of different names of one hash.
private struct ExactName: Hashable {
    let text: String

    static func == (left: ExactName, right: ExactName) -> Bool { left.text.hasSameBytes(as: right.text) }

    func hash(into hasher: inout Hasher) {
        for byte in text.utf8 { hasher.combine(byte) }
    }
}
