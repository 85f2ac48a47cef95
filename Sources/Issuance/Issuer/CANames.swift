import PublicKeys

/// The names of CAs, to be compared as RFC 5280 § 7.1 has it, each with the keys of the CAs that have it.
package struct CANames: Sendable {
    private var keys: [Name: Set<PublicKey>] = [:]
    private var allKeys: Set<PublicKey> = []
    private var lengths: Set<Int> = []

    typealias Name = [Set<ComparableName.Attribute>]

    package init(_ certificates: some Sequence<IssuerCertificate>) {
        for certificate in certificates {
            allKeys.insert(certificate.publicKey)
            guard let name = try? ComparableName(der: certificate.subject).relativeNames else { continue }
            keys[name, default: []].insert(certificate.publicKey)
            lengths.insert(name.count)
        }
    }

    /// Whether there is a name of so many RDNs at all.
    func hasName(ofLength length: Int) -> Bool { lengths.contains(length) }

    /// `nil` where no CA has the name.
    func keys(of name: Name) -> Set<PublicKey>? { keys[name] }

    /// Whether the key is that of any of the CAs.
    func hasKey(_ key: PublicKey) -> Bool { allKeys.contains(key) }
}

extension Issuer {
    /// Of CAs by their ids, those that have one name and yet different keys, name by name.
    package static func namesakes(among issuers: [String: Issuer]) -> [[String]] {
        var ids: [CANames.Name: [String]] = [:]
        for (id, issuer) in issuers {
            guard let name = try? ComparableName(der: issuer.certificate.subject).relativeNames else { continue }
            ids[name, default: []].append(id)
        }
        return ids.values
            .filter { Set($0.compactMap { issuers[$0]?.certificate.publicKey }).count > 1 }
            .map { $0.sorted() }
            .sorted { $0.lexicographicallyPrecedes($1) }
    }
}
