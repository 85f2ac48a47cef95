/// An object's members in the order in which they were written; the parser lets no name appear twice.
package struct JSONObject: Hashable, Sendable {
    package struct Member: Hashable, Sendable {
        package let name: String
        package let value: JSONValue

        package init(name: String, value: JSONValue) {
            self.name = name
            self.value = value
        }
    }

    package let members: [Member]

    /// The caller sees to it that no name appears twice.
    package init(_ members: [Member] = []) { self.members = members }

    /// The member whose name is this one, byte for byte. Looks at each member in turn.
    package subscript(name: String) -> JSONValue? {
        for member in members where member.name.hasSameBytes(as: name) { return member.value }
        return nil
    }

    package var isEmpty: Bool { members.isEmpty }
}

extension String {
    /// Whether both have the same UTF-8. `==` would take canonically equivalent texts for one, such as the Kelvin sign
    /// and the letter K, and it normalises texts of a stranger's making to find out.
    package func hasSameBytes(as other: String) -> Bool {
        let (left, right) = (utf8.span, other.utf8.span)
        guard left.count == right.count else { return false }
        for index in left.indices where left[index] != right[index] { return false }
        return true
    }

    /// The first 64 scalars, for messages that quote a stranger.
    var excerpt: String { String(unicodeScalars.prefix(64)) }
}
