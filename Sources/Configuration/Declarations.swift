import FoundationEssentials
import Issuance

/// What the file names in one section and refers to in another. A name counts as declared even where the rest of its entry is wrong,
/// so that one mistake is not reported twice.
final class Declarations {
    var tokens = Register<Void>(isRequired: true)
    var authorities = Register<Locations>(isRequired: true)
    var profileNames = Register<UUID>(isRequired: false)
    private(set) var profileIDs: Set<UUID> = []

    func declareProfile(_ id: UUID, at node: NodeReader) {
        if !profileIDs.insert(id).inserted { node.refuse("is the id of an earlier profile too") }
    }

    /// Names that differ in more than case, with what is known of each.
    struct Register<Value> {
        private var entries: [String: (spelling: String, value: Value)] = [:]
        /// Whether the file has at least one of these, so that to find none is a problem that was noted.
        private let isRequired: Bool
        /// Whether an entry has no name that could be read: then a reference to nothing may mean that one.
        private var isIncomplete = false

        init(isRequired: Bool) { self.isRequired = isRequired }

        var names: [String] { entries.values.map(\.spelling) }

        /// The entry that `name` means, whatever its case.
        subscript(name: String) -> (spelling: String, value: Value)? { entries[name.lowercased()] }

        /// Declares what `read` finds in `node`. `nil` where that is no name.
        mutating func declare(_ node: NodeReader, _ value: Value, _ read: (NodeReader) -> String?) -> String? {
            guard let name = read(node) else {
                isIncomplete = true
                return nil
            }
            add(name, value, at: node)
            return name
        }

        private mutating func add(_ name: String, _ value: Value, at node: NodeReader) {
            guard entries[name.lowercased()] == nil else {
                return node.refuse("is taken by an earlier entry; names that differ in case only count as the same")
            }
            entries[name.lowercased()] = (name, value)
        }

        /// Reads a reference to one of the entries.
        func resolve(_ node: NodeReader, _ kind: String) -> (spelling: String, value: Value)? {
            guard let name = node.text() else { return nil }
            guard let entry = self[name] else {
                if !isIncomplete, !(isRequired && entries.isEmpty) {
                    node.refuse("names no \(kind) of this file" + NearestName.advice(for: name, among: names))
                }
                return nil
            }
            return entry
        }
    }
}
