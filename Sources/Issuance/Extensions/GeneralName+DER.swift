import DERCoding

extension DERWriter {
    /// ```
    /// GeneralName ::= CHOICE {
    ///      rfc822Name                      [1]     IA5String,
    ///      dNSName                         [2]     IA5String,
    ///      directoryName                   [4]     Name,
    ///      uniformResourceIdentifier       [6]     IA5String,
    ///      iPAddress                       [7]     OCTET STRING, … }
    /// ```
    /// RFC 5280 § 4.2.1.6. The texts have been admitted, and so are ASCII. A kind that cannot be admitted is not written.
    mutating func generalName(_ name: GeneralName) {
        switch name {
        case .email(let text): primitive(DERTag.context(1), text.utf8)
        case .dns(let text): primitive(DERTag.context(2), text.utf8)
        case .uri(let text): primitive(DERTag.context(6), text.utf8)
        case .ip(let octets): primitive(DERTag.context(7), octets)
        case .unsupported: break
        }
    }

    /// ```
    /// NameConstraints ::= SEQUENCE {
    ///      permittedSubtrees       [0]     GeneralSubtrees OPTIONAL,
    ///      excludedSubtrees        [1]     GeneralSubtrees OPTIONAL }
    /// GeneralSubtrees ::= SEQUENCE SIZE (1..MAX) OF GeneralSubtree
    /// GeneralSubtree ::= SEQUENCE { base GeneralName, minimum [0] BaseDistance DEFAULT 0, … }
    /// ```
    /// RFC 5280 § 4.2.1.10.
    mutating func nameConstraints(_ constraints: NameConstraints) {
        constructed(DERTag.sequence) { writer in
            for (number, subtrees) in [(UInt8(0), constraints.permitted), (1, constraints.excluded)]
            where !subtrees.isEmpty {
                writer.constructed(DERTag.constructedContext(number)) { $0.generalSubtrees(subtrees) }
            }
        }
    }

    private mutating func generalSubtrees(_ subtrees: NameConstraints.Subtrees) {
        for host in subtrees.dns { constructed(DERTag.sequence) { $0.generalName(.dns(host)) } }
        for block in subtrees.ip { constructed(DERTag.sequence) { $0.generalName(.ip(block)) } }
        for mailbox in subtrees.email { constructed(DERTag.sequence) { $0.generalName(.email(mailbox)) } }
        for host in subtrees.uri { constructed(DERTag.sequence) { $0.generalName(.uri(host)) } }
        for name in subtrees.directoryNames {
            // A CHOICE cannot be tagged implicitly (X.680 § 31.2.7), so a Name is wrapped.
            constructed(DERTag.sequence) { $0.constructed(DERTag.constructedContext(4)) { $0.encoded(name) } }
        }
    }
}
