/// The mailboxes of one base: one, or all of some hosts.
enum MailboxBase: Sendable {
    case mailbox(Mailbox)
    case hosts(HostBase)

    /// `nil` where it is neither a mailbox nor a host.
    init?(_ text: String) {
        if text.utf8.contains(UInt8(ascii: "@")) {
            guard let mailbox = try? Mailbox(parsing: text) else { return nil }
            self = .mailbox(mailbox)
        } else {
            guard let hosts = HostBase(text) else { return nil }
            self = .hosts(hosts)
        }
    }

    func contains(_ mailbox: Mailbox) -> Bool {
        switch self {
        case .mailbox(let own): own == mailbox
        case .hosts(let hosts): hosts.contains(mailbox.domain)
        }
    }

    /// Also whether the mailbox is this one in other quotes, or in another case of the local part: that counts (RFC 5280 § 7.5),
    /// though not for every verifier, and hardly for any host.
    func touches(_ mailbox: Mailbox) -> Bool {
        guard case .mailbox(let own) = self else { return contains(mailbox) }
        return own.domain == mailbox.domain
            && own.unquotedLocalPart.asciiLowercased == mailbox.unquotedLocalPart.asciiLowercased
    }
}
