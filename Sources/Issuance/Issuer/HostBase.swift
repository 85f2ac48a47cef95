/// The hosts of one base: `example.org`, or `.example.org` for all below; the empty one for every host.
enum HostBase: Sendable {
    case any
    case host(String)
    case domain(String)

    /// Reads a base without case. `nil` where it is no host name: labels of letters, digits, hyphens and underscores.
    init?(_ text: String) {
        guard !text.isEmpty else {
            self = .any
            return
        }
        let lowercased = text.asciiLowercased
        let isDomain = lowercased.utf8.first == UInt8(ascii: ".")
        let name = isDomain ? String(lowercased.utf8.dropFirst()) ?? "" : lowercased
        let labels = name.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard
            labels.allSatisfy({ label in
                !label.isEmpty && label.allSatisfy { $0.isASCIILetter || $0.isASCIIDigit || "-_".utf8.contains($0) }
            })
        else { return nil }
        self = isDomain ? .domain(name) : .host(name)
    }

    /// As RFC 5280 § 4.2.1.10 has it of a dNSName: a host holds itself and all below.
    func containsTree(_ name: DNSName) -> Bool {
        switch self {
        case .any: true
        case .host(let host): name.text == host || name.isBelow(host.utf8)
        case .domain(let domain): name.isBelow(domain.utf8)
        }
    }

    /// Also whether a host that a wildcard stands for lies in the subtree.
    func touchesTree(_ name: DNSName) -> Bool {
        if containsTree(name) { return true }
        guard name.isWildcard, case .host(let host) = self, let dot = host.utf8.firstIndex(of: UInt8(ascii: "."))
        else { return false }
        return host.utf8[dot...].dropFirst().elementsEqual(name.base)
    }

    /// As RFC 5280 § 4.2.1.10 has it of an rfc822Name and a URI: a host holds itself only.
    func contains(_ name: DNSName) -> Bool {
        switch self {
        case .any: true
        case .host(let host): name.text == host
        case .domain(let domain): name.isBelow(domain.utf8)
        }
    }

    /// Whether all that lies below a name lies in the subtree.
    func containsAllBelow(_ name: DNSName) -> Bool {
        switch self {
        case .any: true
        case .host(let base), .domain(let base): name.text == base || name.isBelow(base.utf8)
        }
    }

    /// Whether anything below a name lies in the subtree.
    func containsAnyBelow(_ name: DNSName) -> Bool {
        switch self {
        case .any: true
        case .host(let base), .domain(let base): containsAllBelow(name) || base.utf8.isBelow(name.text.utf8)
        }
    }
}
