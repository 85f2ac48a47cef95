/// `user@host.example`: only itself. `@host.example`: any mailbox of that host. `@*.host.example`: of any host below. `*`: any.
package struct EmailPattern: Hashable, Sendable {
    private enum Form: Hashable, Sendable {
        case any
        case exactly(Mailbox)
        case host(DNSPattern)
    }

    /// As it was written.
    package let text: String
    private let form: Form

    package init(parsing text: String) throws(PatternSyntaxError) {
        self.text = text
        if text == "*" {
            form = .any
        } else if text.utf8.first == UInt8(ascii: "@") {
            form = .host(try DNSPattern(parsing: String(text.dropFirst())))
        } else {
            do { form = .exactly(try Mailbox(parsing: text)) } catch { throw PatternSyntaxError("\(error)") }
        }
    }

    /// The local part is compared to the letter, the host without case (RFC 5280 § 7.5).
    package func matches(_ mailbox: Mailbox) -> Bool {
        switch form {
        case .any: true
        case .exactly(let own): own == mailbox
        case .host(let pattern): pattern.matches(mailbox.domain)
        }
    }

    /// Whether the mailbox may be one that the pattern matches: what a denied pattern has to look at. Hosts in practice take
    /// a local part in any case, and with or without quotes.
    package func touches(_ mailbox: Mailbox) -> Bool {
        switch form {
        case .any: true
        case .exactly(let own):
            own.domain == mailbox.domain
                && own.unquotedLocalPart.asciiLowercased == mailbox.unquotedLocalPart.asciiLowercased
        case .host(let pattern): pattern.touches(mailbox.domain)
        }
    }
}
