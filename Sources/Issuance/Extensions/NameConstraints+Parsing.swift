import DERCoding

extension NameConstraints {
    /// Reads NameConstraints (RFC 5280 § 4.2.1.10). Subtrees of kinds that this service never certifies are passed over: they
    /// rule on nothing that it writes.
    init(_ fields: consuming DERReader) throws(DERError) {
        self.init()
        if let subtrees = try fields.optional(DERTag.constructedContext(0)) {
            permitted = try Subtrees(fields.reader(of: subtrees))
        }
        if let subtrees = try fields.optional(DERTag.constructedContext(1)) {
            excluded = try Subtrees(fields.reader(of: subtrees))
        }
        try fields.finish()
    }
}

extension NameConstraints.Subtrees {
    fileprivate init(_ subtrees: consuming DERReader) throws(DERError) {
        self.init()
        guard !subtrees.isAtEnd else { throw .emptySequence }
        while !subtrees.isAtEnd {
            // minimum is 0 and maximum absent (RFC 5280 § 4.2.1.10), and a DEFAULT is not encoded: the base stands alone.
            var base = try subtrees.sequence()
            if let tagged = try base.optional(DERTag.constructedContext(4)) {
                var name = base.reader(of: tagged)
                directoryNames.append(Array(name.encoding(try name.next(DERTag.sequence))))
                try name.finish()
            } else {
                try append(GeneralName(&base))
            }
            try base.finish()
        }
    }

    private mutating func append(_ base: GeneralName) throws(DERError) {
        switch base {
        case .dns(let host): dns.append(host)
        case .ip(let block):
            guard block.count == 8 || block.count == 32 else { throw .unexpectedValue }
            ip.append(block)
        case .email(let mailbox): email.append(mailbox)
        case .uri(let host): uri.append(host)
        case .unsupported: return
        }
    }
}
