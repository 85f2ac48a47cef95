import SwiftASN1

extension NameConstraints {
    /// Reads NameConstraints (RFC 5280 § 4.2.1.10). Subtrees of kinds that this service never certifies are passed over: they
    /// rule on nothing that it writes.
    init(_ node: ASN1Node) throws {
        self.init()
        var seen: [ASN1Identifier] = []
        for subtrees in try node.children().map(\.self) {
            guard !seen.contains(subtrees.identifier) else {
                throw ASN1Error.invalidASN1Object(reason: "subtrees twice, of which one would not count")
            }
            seen.append(subtrees.identifier)
            if subtrees.isContext(0) {
                permitted = try Subtrees(subtrees)
            } else if subtrees.isContext(1) {
                excluded = try Subtrees(subtrees)
            } else {
                throw ASN1Error.unexpectedFieldType(subtrees.identifier)
            }
        }
    }
}

extension NameConstraints.Subtrees {
    fileprivate init(_ node: ASN1Node) throws {
        self.init()
        let subtrees = try node.children(node.identifier).map(\.self)
        guard !subtrees.isEmpty else { throw ASN1Error.invalidASN1Object(reason: "subtrees without one") }
        for subtree in subtrees {
            // minimum is 0 and maximum absent (RFC 5280 § 4.2.1.10), and a DEFAULT is not encoded: the base stands alone.
            let base = try subtree.onlyChild()
            if base.isContext(4) {
                directoryNames.append(Array(try base.onlyChild(.context(4)).encodedBytes))
                continue
            }
            switch try GeneralName(base) {
            case .dns(let host): dns.append(host)
            case .ip(let block):
                guard block.count == 8 || block.count == 32 else {
                    throw ASN1Error.invalidASN1Object(reason: "an address block of \(block.count) octets")
                }
                ip.append(block)
            case .email(let mailbox): email.append(mailbox)
            case .uri(let host): uri.append(host)
            case .unsupported: continue
            }
        }
    }
}
