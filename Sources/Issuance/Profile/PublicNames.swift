/// Which names mean nothing on the public Internet (BR § 4.2.2).
enum PublicNames {
    /// Names of one label, names under a top-level domain that is no one's, and labels with `--` that are not A-labels
    /// (BR § 7.1.2.7.12: P-labels or non-reserved LDH labels).
    static func isInternal(_ name: DNSName) -> Bool {
        let labels = name.labels.drop { $0 == "*" }
        guard labels.count >= 2, let last = labels.last else { return true }
        if reservedDomains.contains(String(last)) || reservedZones.contains(where: labels.suffix(2).elementsEqual) {
            return true
        }
        return labels.contains { label in
            label.utf8.dropFirst(2).prefix(2).elementsEqual("--".utf8) && !label.utf8.starts(with: "xn--".utf8)
        }
    }

    /// Whether no name that matches the pattern means anything.
    static func isInternal(_ pattern: DNSPattern) -> Bool {
        switch pattern.form {
        case .any: false
        case .exactly(let name): isInternal(name)
        case .below(let name): (try? DNSName(parsing: "a." + name.text)).map { isInternal($0) } ?? false
        }
    }

    /// RFC 2606 § 2, RFC 6761 § 6, RFC 6762 § 3, RFC 9476 § 2, and those that ICANN has set aside for good.
    private static let reservedDomains: Set<String> = [
        "alt", "corp", "example", "home", "internal", "invalid", "lan", "local", "localdomain", "localhost", "mail",
        "onion",
        "private", "test",
    ]

    /// RFC 8375, and the reverse zones of addresses (BR § 7.1.2.7.12).
    private static let reservedZones: [[Substring]] = [["home", "arpa"], ["in-addr", "arpa"], ["ip6", "arpa"]]

    /// IANA's special-purpose registries (RFC 6890), what is globally reachable among it included (BR § 1.6.1), and multicast.
    static func isReserved(_ address: IPAddress) -> Bool {
        reservedBlocks.contains { address.shares(first: $0.length, with: $0.address) }
    }

    private static let reservedBlocks: [(address: IPAddress, length: Int)] = [
        ("0.0.0.0", 8), ("10.0.0.0", 8), ("100.64.0.0", 10), ("127.0.0.0", 8), ("169.254.0.0", 16), ("172.16.0.0", 12),
        ("192.0.0.0", 24), ("192.0.2.0", 24), ("192.31.196.0", 24), ("192.52.193.0", 24), ("192.88.99.0", 24),
        ("192.168.0.0", 16), ("192.175.48.0", 24), ("198.18.0.0", 15),
        ("198.51.100.0", 24), ("203.0.113.0", 24), ("224.0.0.0", 4), ("240.0.0.0", 4), ("::", 96), ("::ffff:0:0", 96),
        ("64:ff9b::", 96), ("64:ff9b:1::", 48), ("100::", 64), ("100:0:0:1::", 64), ("2001::", 23), ("2001:db8::", 32),
        ("2002::", 16), ("2620:4f:8000::", 48), ("3fff::", 20), ("5f00::", 16),
        ("fc00::", 7), ("fe80::", 10), ("fec0::", 10), ("ff00::", 8),
    ].compactMap { text, length in IPAddress(parsing: text).map { ($0, length) } }
}
