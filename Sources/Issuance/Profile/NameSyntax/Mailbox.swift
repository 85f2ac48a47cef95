/// A mailbox in ASCII: `Local-part "@" Domain` of RFC 5321 § 4.1.2, which is what an rfc822Name holds (RFC 5280 § 4.2.1.6).
/// An address literal in place of the domain is refused: no name constraint can rule on it.
package struct Mailbox: Hashable, Sendable {
    /// To the letter: its case may matter (RFC 5321 § 2.4).
    package let localPart: String
    package let domain: DNSName
    /// As it stood.
    package let text: String

    package init(parsing text: String) throws(NameSyntaxError) {
        guard text.utf8.allSatisfy({ $0 < 0x80 }) else { throw NameSyntaxError("is not ASCII") }
        guard let at = text.utf8.lastIndex(of: UInt8(ascii: "@")) else { throw NameSyntaxError("has no @") }
        let local = text.utf8[..<at]
        guard (1...64).contains(local.count) else {
            throw NameSyntaxError("has a local part that is not of 1 to 64 characters")
        }
        guard Self.isDotString(local) || Self.isQuotedString(local) else {
            throw NameSyntaxError("has a local part that RFC 5321 does not admit")
        }
        do {
            domain = try DNSName(parsing: String(Substring(text.utf8[text.utf8.index(after: at)...])))
        } catch {
            throw NameSyntaxError("has a domain that \(error)")
        }
        guard !domain.isWildcard else { throw NameSyntaxError("has a wildcard for a domain") }
        localPart = String(Substring(local))
        self.text = text
    }

    /// Two mailboxes that differ in their domain's case only are one (RFC 5280 § 7.5).
    package static func == (left: Mailbox, right: Mailbox) -> Bool {
        left.localPart == right.localPart && left.domain == right.domain
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(localPart)
        hasher.combine(domain)
    }

    /// The local part without its quotes and backslashes: with or without, it is the same mailbox (RFC 5321 § 4.1.2).
    package var unquotedLocalPart: String {
        guard localPart.utf8.first == UInt8(ascii: "\"") else { return localPart }
        var unquoted: [UInt8] = []
        var rest = localPart.utf8.dropFirst().dropLast()
        while let octet = rest.popFirst() {
            unquoted.append(octet == UInt8(ascii: "\\") ? rest.popFirst() ?? octet : octet)
        }
        return String(decoding: unquoted, as: UTF8.self)
    }

    private static func isDotString(_ local: Substring.UTF8View) -> Bool {
        local.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false).allSatisfy { atom in
            !atom.isEmpty
                && atom.allSatisfy { $0.isASCIILetter || $0.isASCIIDigit || "!#$%&'*+-/=?^_`{|}~".utf8.contains($0) }
        }
    }

    private static func isQuotedString(_ local: Substring.UTF8View) -> Bool {
        guard local.count >= 2, local.first == UInt8(ascii: "\""), local.last == UInt8(ascii: "\"") else {
            return false
        }
        var isEscaped = false
        for octet in local.dropFirst().dropLast() {
            guard (0x20...0x7e).contains(octet) else { return false }
            if isEscaped {
                isEscaped = false
            } else if octet == UInt8(ascii: "\\") {
                isEscaped = true
            } else if octet == UInt8(ascii: "\"") {
                return false
            }
        }
        return !isEscaped
    }
}
