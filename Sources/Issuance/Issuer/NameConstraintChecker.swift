/// One CA's name constraints, read for checking names against them (RFC 5280 § 4.2.1.10).
struct NameConstraintChecker: Sendable {
    private struct Subtrees: Sendable {
        let dns: [String]
        let ip: [[UInt8]]
        let email: [String]
        let uri: [String]
        let directoryNames: [ComparableName]

        init(_ subtrees: NameConstraints.Subtrees) throws(NameSyntaxError) {
            dns = subtrees.dns.map(\.asciiLowercased)
            ip = subtrees.ip
            email = subtrees.email
            uri = subtrees.uri.map(\.asciiLowercased)
            do { directoryNames = try subtrees.directoryNames.map { try ComparableName(der: $0) } } catch {
                throw NameSyntaxError("have a directoryName that is not DER")
            }
        }
    }

    private let permitted: Subtrees
    private let excluded: Subtrees

    init(_ constraints: NameConstraints) throws(NameSyntaxError) {
        permitted = try Subtrees(constraints.permitted)
        excluded = try Subtrees(constraints.excluded)
    }

    /// Whether the constraints let the name pass. Those of one kind say nothing of names of another.
    func admits(_ name: AdmittedName) -> Bool {
        switch name {
        case .dns(let name):
            admits(permitted.dns, excluded.dns, { Self.contains($0, name) }, { Self.touches($0, name) })
        case .ip(let address):
            admits(permitted.ip, excluded.ip) { Self.contains($0, address) }
        case .email(let mailbox):
            admits(permitted.email, excluded.email, { Self.contains($0, mailbox) }, { Self.touches($0, mailbox) })
        case .uri(let uri):
            admits(uri)
        }
    }

    /// For a subject that is not empty.
    func admits(_ subject: ComparableName) -> Bool {
        admits(permitted.directoryNames, excluded.directoryNames) { subject.isWithin($0) }
    }

    private func admits<Base>(
        _ permitted: [Base], _ excluded: [Base], _ contains: (Base) -> Bool, _ touches: (Base) -> Bool
    ) -> Bool {
        (permitted.isEmpty || permitted.contains(where: contains)) && !excluded.contains(where: touches)
    }

    private func admits<Base>(_ permitted: [Base], _ excluded: [Base], _ contains: (Base) -> Bool) -> Bool {
        admits(permitted, excluded, contains, contains)
    }

    private func admits(_ uri: AbsoluteURI) -> Bool {
        guard !permitted.uri.isEmpty || !excluded.uri.isEmpty else { return true }
        // A constraint rules on domain names: a URI without one is refused where there is any.
        guard case .dns(let host)? = uri.host else { return false }
        return admits(permitted.uri, excluded.uri) { Self.isHost(host, $0) }
    }

    /// `example.org` holds itself and all below; `.example.org`, as some CAs write it, all below; the empty one everything.
    private static func contains(_ base: String, _ name: DNSName) -> Bool {
        if base.isEmpty { return true }
        if base.utf8.first == UInt8(ascii: ".") { return name.isBelow(base.utf8.dropFirst()) }
        return name.text == base || name.isBelow(base.utf8)
    }

    /// Also whether a host that a wildcard stands for lies in the subtree.
    private static func touches(_ base: String, _ name: DNSName) -> Bool {
        if contains(base, name) { return true }
        guard name.isWildcard, let dot = base.utf8.firstIndex(of: UInt8(ascii: ".")) else { return false }
        return base.utf8[dot...].dropFirst().elementsEqual(name.base)
    }

    private static func contains(_ block: [UInt8], _ address: IPAddress) -> Bool {
        let size = address.octets.count
        guard block.count == 2 * size else { return false }
        return zip(address.octets, zip(block.prefix(size), block.suffix(size))).allSatisfy { octet, pair in
            (octet ^ pair.0) & pair.1 == 0
        }
    }

    /// A mailbox, a host, or `.domain` for the hosts below.
    private static func contains(_ base: String, _ mailbox: Mailbox) -> Bool {
        if base.utf8.contains(UInt8(ascii: "@")) {
            return (try? Mailbox(parsing: base)) == mailbox
        }
        return isHost(mailbox.domain, base.asciiLowercased)
    }

    /// Also whether the mailbox is the excluded one in other quotes. RFC 5280 § 7.5: the local part's case counts.
    private static func touches(_ base: String, _ mailbox: Mailbox) -> Bool {
        if contains(base, mailbox) { return true }
        guard let own = try? Mailbox(parsing: base) else { return false }
        return own.domain == mailbox.domain && own.unquotedLocalPart == mailbox.unquotedLocalPart
    }

    /// The host itself, or for `.domain` one below it.
    private static func isHost(_ host: DNSName, _ base: String) -> Bool {
        if base.isEmpty { return true }
        if base.utf8.first == UInt8(ascii: ".") { return host.isBelow(base.utf8.dropFirst()) }
        return host.text == base
    }
}
