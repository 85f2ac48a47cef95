import Yams

/// One YAML document without what makes YAML ambiguous: no anchors, aliases, merge keys or tags, no key twice, every key a text.
struct YAMLDocument {
    let root: Node

    /// - Throws: the problems of the text as YAML; what it says is for the sections to judge.
    init(_ text: String) throws(YAMLSyntaxError) {
        guard text.unicodeScalars.first != "\u{FEFF}" else {
            throw YAMLSyntaxError(line: 1, column: 1, "The file begins with a byte order mark; save it without.")
        }
        do {
            // Nodes know their anchors only as long as the parser lives.
            let parser = try Parser(yaml: text, resolver: .basic, encoding: .utf8)
            root = try withExtendedLifetime(parser) {
                guard let root = try parser.singleRoot() else {
                    throw YAMLSyntaxError(line: nil, column: nil, "The file is empty.")
                }
                var scan = AmbiguityScan()
                scan.visit(root)
                guard scan.problems.isEmpty else { throw YAMLSyntaxError(problems: scan.problems) }
                return root
            }
        } catch let error as YAMLSyntaxError {
            throw error
        } catch let error as YamlError {
            throw YAMLSyntaxError(error)
        } catch {
            throw YAMLSyntaxError(line: nil, column: nil, "The file cannot be read as YAML: \(error).")
        }
    }
}

/// Finds what stands in a document that a strict reader does not take, whatever the keys.
private struct AmbiguityScan {
    var problems: [ConfigurationError.Problem] = []

    mutating func visit(_ node: Node) {
        // An alias reads as the very node of its anchor. To stop here keeps the walk as long as the text, whatever it would unfold to.
        guard node.anchor == nil else {
            note(node.mark, "An anchor (`&`) begins here; anchors and aliases are not read: write the value out.")
            return
        }
        switch node {
        case .scalar(let scalar):
            // libYAML marks a quoted text without a tag as a string, and a plain one not at all.
            let expected = scalar.style == .plain || scalar.style == .any ? "" : Tag.Name.str.rawValue
            if scalar.tag.rawValue != expected { noteTag(scalar.mark) }
        case .sequence(let sequence):
            if !sequence.tag.rawValue.isEmpty { noteTag(sequence.mark) }
            for element in sequence { visit(element) }
        case .mapping(let mapping):
            if !mapping.tag.rawValue.isEmpty { noteTag(mapping.mark) }
            for (key, value) in mapping {
                visitKey(key)
                visit(value)
            }
        case .alias(let alias):
            note(alias.mark, "An alias (`*`) stands here; anchors and aliases are not read: write the value out.")
        }
    }

    private mutating func visitKey(_ key: Node) {
        guard case .scalar(let scalar) = key else {
            return note(key.mark, "A key has to be a plain text.")
        }
        if scalar.anchor != nil {
            note(scalar.mark, "An anchor (`&`) begins here; anchors and aliases are not read: write the value out.")
        }
        if scalar.string == "<<" {
            note(scalar.mark, "A merge key (`<<`) stands here; merge keys are not read: write the values out.")
        }
        // A key's tag was resolved when the parser compared the keys.
        if !["", Tag.Name.str.rawValue].contains(scalar.tag.rawValue) { noteTag(scalar.mark) }
    }

    private mutating func noteTag(_ mark: Mark?) {
        note(mark, "A tag (`!`) stands here; tags are not read: each key has one type only.")
    }

    private mutating func note(_ mark: Mark?, _ sentence: String) {
        let problem = ConfigurationError.Problem(line: mark?.line, column: mark?.column, path: "", message: sentence)
        if problems.last != problem { problems.append(problem) }
    }
}
