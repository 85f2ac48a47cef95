import Yams

/// Reads one node as the type that its key wants, and notes what is wrong with it. `nil` always means that a problem was noted.
struct NodeReader {
    let node: Node
    let path: String
    let reading: Reading

    /// Notes a problem of this node: a phrase that continues its path.
    func refuse(_ phrase: String) {
        reading.note(.init(line: node.mark?.line, column: node.mark?.column, path: path, message: phrase))
    }

    /// As a noun, without its value: that could be a secret in the wrong place.
    var noun: String {
        switch node {
        case .scalar(let scalar): ScalarKind(scalar).noun
        case .sequence: "a list"
        case .mapping: "a mapping"
        case .alias: "an alias"
        }
    }

    /// The node as a mapping. What `read` does not ask for is an unknown key.
    func mapping<Value>(_ read: (MappingReader) -> Value?) -> Value? {
        guard case .mapping(let mapping) = node else {
            refuse("is \(noun), not a mapping of keys to values")
            return nil
        }
        let reader = MappingReader(mapping, at: self)
        let value = read(reader)
        reader.refuseUnknownKeys()
        return value
    }

    /// The node as a list of at least one element. All elements are read, whatever the first ones are like.
    func list<Element>(mayBeEmpty: Bool = false, _ read: (NodeReader) -> Element?) -> [Element]? {
        guard case .sequence(let sequence) = node else {
            refuse("is \(noun), not a list")
            return nil
        }
        guard mayBeEmpty || !sequence.isEmpty else {
            refuse("is an empty list")
            return nil
        }
        let elements = sequence.enumerated().map { index, element in
            read(NodeReader(node: element, path: "\(path)[\(index)]", reading: reading))
        }
        let good = elements.compactMap(\.self)
        return good.count == elements.count ? good : nil
    }

    /// As `list`, where an element that stands twice is a problem.
    func uniqueList<Element: Hashable>(mayBeEmpty: Bool = false, _ read: (NodeReader) -> Element?) -> [Element]? {
        var seen: Set<Element> = []
        return list(mayBeEmpty: mayBeEmpty) { reader in
            guard let element = read(reader) else { return nil }
            if !seen.insert(element).inserted { reader.refuse("stands in the list twice") }
            return element
        }
    }
}
