import Yams

/// Reads a mapping key by key, and remembers what was asked for, so that what was not can be refused.
final class MappingReader {
    let owner: NodeReader
    private let entries: [String: (key: Node, value: Node)]
    private var known: [String] = []

    init(_ mapping: Node.Mapping, at owner: NodeReader) {
        self.owner = owner
        // The document was refused where a key is no text or stands twice.
        let pairs = mapping.compactMap { key, value in key.scalar.map { ($0.string, (key: key, value: value)) } }
        entries = Dictionary(pairs) { first, _ in first }
    }

    /// The value of a key that may be left out; `nil` where it is, and where it is wrong.
    func optional<Value>(_ key: String, _ read: (NodeReader) -> Value?) -> Value? {
        node(key).flatMap(read)
    }

    /// The value of a key that may be left out, and what stands for it then.
    func optional<Value>(_ key: String, default value: Value, _ read: (NodeReader) -> Value?) -> Value {
        optional(key, read) ?? value
    }

    /// The value of a key that has to be there.
    func required<Value>(_ key: String, _ read: (NodeReader) -> Value?) -> Value? {
        guard let node = node(key) else {
            owner.refuse("has no `\(key)`, which is required".prefixedForRoot(owner.path))
            return nil
        }
        return read(node)
    }

    func contains(_ key: String) -> Bool { entries[key] != nil }

    func refuseUnknownKeys() {
        for (name, entry) in entries where !known.contains(name) {
            let reader = NodeReader(node: entry.key, path: path(name), reading: owner.reading)
            reader.refuse("is an unknown key" + NearestName.advice(for: name, among: known))
        }
    }

    private func node(_ key: String) -> NodeReader? {
        known.append(key)
        return entries[key].map { NodeReader(node: $0.value, path: path(key), reading: owner.reading) }
    }

    private func path(_ key: String) -> String {
        owner.path.isEmpty ? key : "\(owner.path).\(key)"
    }
}

extension String {
    /// The root has no path that a phrase could continue.
    fileprivate func prefixedForRoot(_ path: String) -> String {
        path.isEmpty ? "The file \(self)." : self
    }
}
