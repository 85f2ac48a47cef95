import Issuance

extension NodeReader {
    /// RFC 5280 § 4.2.1.10.
    func nameConstraints() -> NameConstraints? {
        mapping { constraints in
            var result = NameConstraints()
            result.permitted = constraints.optional("permitted", default: .init()) { $0.subtrees() }
            result.excluded = constraints.optional("excluded", default: .init()) { $0.subtrees() }
            // RFC 5280 § 4.2.1.10: never an empty sequence.
            guard constraints.contains("permitted") || constraints.contains("excluded") else {
                refuse("constrains nothing: it needs permitted or excluded")
                return nil
            }
            return result
        }
    }

    private func subtrees() -> NameConstraints.Subtrees? {
        mapping { kinds in
            var result = NameConstraints.Subtrees()
            result.dns = kinds.optional("dns", default: []) { $0.uniqueList { $0.dnsSubtree() } }
            result.ip = kinds.optional("ip", default: []) { $0.uniqueList { $0.addressRange() } }
            result.email = kinds.optional("email", default: []) { $0.uniqueList { $0.emailSubtree() } }
            result.uri = kinds.optional("uri", default: []) { $0.uniqueList { $0.uriSubtree() } }
            result.directoryNames = kinds.optional("directoryNames", default: []) {
                $0.uniqueList { $0.directoryName() }
            }
            guard ["dns", "ip", "email", "uri", "directoryNames"].contains(where: kinds.contains) else {
                refuse("is empty: it needs at least one of dns, ip, email, uri and directoryNames")
                return nil
            }
            return result
        }
    }

    /// Itself and all below it. A leading dot is common, and not what the standard says for DNS names.
    private func dnsSubtree() -> String? {
        guard let text = text() else { return nil }
        guard HostName.isValid(text) else {
            refuse("is not a DNS name such as example.org, without a dot or an asterisk before it")
            return nil
        }
        return text.lowercased()
    }

    /// A mailbox, a host, or `.domain`.
    private func emailSubtree() -> String? {
        guard let text = text() else { return nil }
        let at = text.lastIndex(of: "@")
        let local = at.map { text[..<$0] }
        let host = at.map { String(text[text.index(after: $0)...]) } ?? text
        guard
            local.map({ !$0.isEmpty && $0.utf8.allSatisfy { (0x21...0x7e).contains($0) && $0 != UInt8(ascii: "@") } })
                ?? true,
            HostName.isValid(local == nil && host.hasPrefix(".") ? String(host.dropFirst()) : host)
        else {
            refuse("is not a mailbox, a host such as example.org, or a domain such as .example.org")
            return nil
        }
        return text
    }

    /// A host, or `.domain`.
    private func uriSubtree() -> String? {
        guard let text = text() else { return nil }
        guard HostName.isValid(text.hasPrefix(".") ? String(text.dropFirst()) : text) else {
            refuse("is not a host such as example.org or a domain such as .example.org, without scheme and path")
            return nil
        }
        return text.lowercased()
    }

    /// Address and mask, of 4 or 16 octets each.
    private func addressRange() -> [UInt8]? {
        guard let text = text() else { return nil }
        guard let range = AddressRange(text) else {
            refuse("is not a range of addresses such as 10.0.0.0/8 or fd00::/8, with no bit set past its prefix")
            return nil
        }
        return range.addressAndMask
    }
}

/// The syntax of host names: letters, digits and hyphens (RFC 1123 § 2.1).
enum HostName {
    static func isValid(_ text: String) -> Bool {
        let labels = text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        return text.utf8.count <= 253
            && labels.allSatisfy { label in
                (1...63).contains(label.count) && label.first != UInt8(ascii: "-") && label.last != UInt8(ascii: "-")
                    && label.allSatisfy { $0.isLetter || $0.isDecimalDigit || $0 == UInt8(ascii: "-") }
            }
            // No top-level domain is a number: this is an address.
            && labels.last?.contains { !$0.isDecimalDigit } == true
    }
}
