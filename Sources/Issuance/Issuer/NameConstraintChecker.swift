/// One CA's name constraints, read for checking names against them (RFC 5280 § 4.2.1.10).
///
/// A base that cannot be read or compared fails closed: as an excluded one it holds every name of its kind, as a permitted one none.
struct NameConstraintChecker: Sendable {
    private struct Subtrees: Sendable {
        let dns: [HostBase?]
        let ip: [AddressBase?]
        let email: [MailboxBase?]
        let uri: [HostBase?]
        let directoryNames: [ComparableName?]

        init(_ subtrees: NameConstraints.Subtrees) {
            dns = subtrees.dns.map(HostBase.init)
            ip = subtrees.ip.map(AddressBase.init)
            email = subtrees.email.map(MailboxBase.init)
            uri = subtrees.uri.map(HostBase.init)
            directoryNames = subtrees.directoryNames.map { der in
                (try? ComparableName(der: der)).flatMap { $0.isCertain ? $0 : nil }
            }
        }
    }

    private let permitted: Subtrees
    private let excluded: Subtrees

    init(_ constraints: NameConstraints) {
        permitted = Subtrees(constraints.permitted)
        excluded = Subtrees(constraints.excluded)
    }

    /// Whether the constraints let the name pass. Those of one kind say nothing of names of another.
    func admits(_ name: AdmittedName) -> Bool {
        switch name {
        case .dns(let name): admits(\.dns, { $0.containsTree(name) }, { $0.touchesTree(name) })
        case .ip(let address): admits(\.ip, { $0.contains(address) }, { $0.touches(address) })
        case .email(let mailbox): admits(\.email, { $0.contains(mailbox) }, { $0.touches(mailbox) })
        case .uri(let uri): admits(uri)
        }
    }

    /// For a subject that is not empty.
    func admits(_ subject: ComparableName) -> Bool {
        admits(\.directoryNames, subject.isCertainlyWithin, subject.mayBeWithin)
    }

    /// For an emailAddress of a subject, which is constrained as an rfc822Name is.
    func admits(emailAddress: String) -> Bool {
        guard rules(on: \.email) else { return true }
        guard let mailbox = try? Mailbox(parsing: emailAddress) else { return false }
        return admits(.email(mailbox))
    }

    /// For a leaf's common name, which verifiers take for a host or an address where they find none among the alternative names:
    /// it is held to the constraints of what it looks like. One that looks like a host and is none is refused where there are
    /// constraints that it might evade.
    ///
    /// - Parameter hasDNSName: whether there is a dNSName among the alternative names; where there is none, some take every common name
    ///   for a host, and let none pass that lies in no permitted subtree.
    func admits(commonName: String, hasDNSName: Bool) -> Bool {
        guard rules(on: \.dns) || rules(on: \.ip) else { return true }
        if !hasDNSName, !permitted.dns.isEmpty {
            return (try? DNSName(parsing: commonName)).map { admits(.dns($0)) } ?? false
        }
        let words = commonName.utf8.split(separator: UInt8(ascii: " "))
        guard words.count == 1, let word = words.first.map({ String(Substring($0)) }) else { return true }
        if let address = IPAddress(parsing: word) { return admits(.ip(address)) }
        guard word.utf8.contains(UInt8(ascii: ".")) else { return true }
        guard let name = try? DNSName(parsing: word) else { return false }
        return admits(.dns(name))
    }

    /// Whether they may let some name pass that matches the pattern.
    ///
    /// - Parameter wildcards: whether a pattern of one name stands for its wildcard too.
    func mayAdmit(_ pattern: DNSPattern, wildcards: Bool) -> Bool {
        switch pattern.form {
        case .any: admits(\.dns, { _ in true }, { if case .any = $0 { true } else { false } })
        case .exactly(let name):
            admits(.dns(name))
                || wildcards && (try? DNSName(parsing: "*." + name.text)).map { admits(.dns($0)) } ?? false
        case .below(let name): admits(\.dns, { $0.containsAnyBelow(name) }, { $0.containsAllBelow(name) })
        }
    }

    /// Whether they may let some address pass that matches the pattern.
    func mayAdmit(_ pattern: IPPattern) -> Bool {
        guard let block = pattern.block else { return admits(\.ip, { _ in true }, { _ in false }) }
        return admits(\.ip, { $0.meets(block) }, { $0.contains(block) })
    }

    private func rules<Base>(on kind: KeyPath<Subtrees, [Base?]>) -> Bool {
        !permitted[keyPath: kind].isEmpty || !excluded[keyPath: kind].isEmpty
    }

    private func admits<Base>(
        _ kind: KeyPath<Subtrees, [Base?]>, _ contains: (Base) -> Bool, _ touches: (Base) -> Bool
    ) -> Bool {
        let (permitted, excluded) = (permitted[keyPath: kind], excluded[keyPath: kind])
        return (permitted.isEmpty || permitted.contains { $0.map(contains) ?? false })
            && !excluded.contains { $0.map(touches) ?? true }
    }

    private func admits(_ uri: AbsoluteURI) -> Bool {
        guard rules(on: \.uri) else { return true }
        // A constraint rules on domain names: a URI without one is refused where there is any.
        guard case .dns(let host)? = uri.host else { return false }
        // Readers differ on where a host begins behind user information, and on where it ends in front of a query.
        guard !uri.hasUserInformation, !(uri.path.isEmpty && uri.hasQueryOrFragment) else { return false }
        return admits(\.uri, { $0.contains(host) }, { $0.contains(host) })
    }
}
