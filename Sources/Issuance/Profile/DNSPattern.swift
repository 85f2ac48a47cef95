/// `internal.example`: only itself. `*.internal.example`: any name below it, of one label or more, not itself. `*`: any name.
package struct DNSPattern: Hashable, Sendable {
    enum Form: Hashable, Sendable {
        case any
        case exactly(DNSName)
        case below(DNSName)
    }

    /// As it was written.
    package let text: String
    let form: Form

    package init(parsing text: String) throws(PatternSyntaxError) {
        self.text = text
        if text == "*" {
            form = .any
            return
        }
        let isBelow = text.utf8.starts(with: "*.".utf8)
        do {
            let name = try DNSName(parsing: isBelow ? String(text.dropFirst(2)) : text)
            guard !name.isWildcard else { throw NameSyntaxError("has two wildcards") }
            form = isBelow ? .below(name) : .exactly(name)
        } catch {
            throw PatternSyntaxError("\(error)")
        }
    }

    /// Whether the name matches, or, where it is a wildcard, its base.
    package func matches(_ name: DNSName) -> Bool {
        switch form {
        case .any: true
        case .exactly(let own): name.base.elementsEqual(own.text.utf8)
        case .below(let own): name.base.isBelow(own.text.utf8)
        }
    }

    /// Whether any host that the name stands for matches: what a denied pattern has to look at. `*.example` stands for
    /// `www.example`, so a pattern that denies the one denies the other.
    package func touches(_ name: DNSName) -> Bool {
        guard name.isWildcard else { return matches(name) }
        return switch form {
        case .any: true
        case .exactly(let own):
            matches(name) || own.labels.dropFirst().joined(separator: ".").utf8.elementsEqual(name.base)
        case .below(let own): matches(name) || name.base.elementsEqual(own.text.utf8)
        }
    }
}
