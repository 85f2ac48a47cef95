/// An absolute URI in ASCII (RFC 3986 § 3), as a uniformResourceIdentifier holds it (RFC 5280 § 4.2.1.6).
package struct AbsoluteURI: Hashable, Sendable {
    package enum Host: Hashable, Sendable {
        case dns(DNSName)
        case ip(IPAddress)
    }

    /// As it stood.
    package let text: String
    /// In lower case.
    package let scheme: String
    /// Where there is an authority: RFC 5280 § 4.2.1.6 wants a domain name or an address in it.
    package let host: Host?
    private let userInformation: String?
    package let port: String?
    /// As it stood, without query and fragment.
    package let path: String
    /// From the question mark or the number sign on.
    private let queryAndFragment: String

    package var hasUserInformation: Bool { userInformation != nil }
    package var hasQueryOrFragment: Bool { !queryAndFragment.isEmpty }

    package init(parsing text: String) throws(NameSyntaxError) {
        guard text.utf8.allSatisfy({ (0x21...0x7e).contains($0) }) else {
            throw NameSyntaxError("has a character that a URI does not admit")
        }
        guard let colon = text.utf8.firstIndex(of: UInt8(ascii: ":")), Self.isScheme(text.utf8[..<colon]) else {
            throw NameSyntaxError("is not absolute: it has no scheme")
        }
        scheme = String(Substring(text.utf8[..<colon])).asciiLowercased
        var rest = text.utf8[text.utf8.index(after: colon)...]
        guard !rest.isEmpty else { throw NameSyntaxError("has nothing behind its scheme") }
        try Self.checkCharacters(rest)

        let end = rest.firstIndex { $0 == UInt8(ascii: "?") || $0 == UInt8(ascii: "#") }
        queryAndFragment = end.map { String(Substring(rest[$0...])) } ?? ""
        if let end { rest = rest[..<end] }
        if rest.starts(with: "//".utf8) {
            rest = rest.dropFirst(2)
            let authority = rest.prefix { $0 != UInt8(ascii: "/") }
            rest = rest[authority.endIndex...]
            let parts = try Authority(authority)
            (host, port, userInformation) = (parts.host, parts.port, parts.userInformation)
        } else {
            (host, port, userInformation) = (nil, nil, nil)
        }
        // RFC 3986 § 3.2.2: brackets stand around an IP literal only, which the authority has read.
        guard !text.utf8[rest.startIndex...].contains(where: Self.isBracket) else {
            throw NameSyntaxError("has brackets around what is not an IPv6 address")
        }
        path = String(Substring(rest))
        self.text = text
    }

    /// Two URIs that differ in the case of their scheme or host only are one, whatever else stands in them (RFC 5280 § 7.4).
    package static func == (left: AbsoluteURI, right: AbsoluteURI) -> Bool { left.identity == right.identity }

    package func hash(into hasher: inout Hasher) { hasher.combine(identity) }

    private var identity: [String?] {
        let host: String? =
            switch host {
            case .dns(let name): name.text
            case .ip(let address): address.description
            case nil: nil
            }
        return [scheme, userInformation, host, port, path, queryAndFragment]
    }

    /// Whether the path, percent-decoded, has a `.` or `..` to be resolved, and so may end elsewhere than it seems to.
    package var hasDotSegments: Bool {
        path.utf8.split(separator: UInt8(ascii: "/")).contains { segment in
            let dots = String(Substring(segment)).asciiLowercased.split(
                separator: "%2e", omittingEmptySubsequences: false
            )
            .joined(separator: ".")
            return dots == "." || dots == ".."
        }
    }

    /// Whether the path can be read as another: dot segments, empty segments, or a slash or backslash in percent-encoding.
    var hasAmbiguousPath: Bool {
        let path = path.asciiLowercased
        return hasDotSegments || path.contains("//") || path.contains("%2f") || path.contains("%5c")
    }

    /// Whether the path has a percent-encoded letter, digit, hyphen, dot, underscore or tilde, which say the same without
    /// (RFC 3986 § 6.2.2.2).
    var hasEncodedUnreserved: Bool {
        var rest = path.utf8[...]
        while let octet = rest.popFirst() {
            guard octet == UInt8(ascii: "%"), let encoded = Self.popEncoded(&rest) else { continue }
            if encoded.isASCIILetter || encoded.isASCIIDigit || "-._~".utf8.contains(encoded) { return true }
        }
        return false
    }

    /// The path without any percent-encoding, and a slash where it is empty (RFC 3986 § 6.2.3).
    var decodedPath: [UInt8] {
        var decoded: [UInt8] = []
        var rest = path.utf8[...]
        while let octet = rest.popFirst() {
            decoded.append(octet == UInt8(ascii: "%") ? Self.popEncoded(&rest) ?? octet : octet)
        }
        return decoded.isEmpty ? [UInt8(ascii: "/")] : decoded
    }

    /// The octet whose two digits stand behind a percent sign.
    private static func popEncoded(_ rest: inout Substring.UTF8View) -> UInt8? {
        guard let high = rest.popFirst()?.hexDigitValue, let low = rest.popFirst()?.hexDigitValue else { return nil }
        return high << 4 | low
    }

    private static func isBracket(_ octet: UInt8) -> Bool {
        octet == UInt8(ascii: "[") || octet == UInt8(ascii: "]")
    }

    private static func isScheme(_ text: Substring.UTF8View) -> Bool {
        guard let first = text.first, first.isASCIILetter else { return false }
        return text.allSatisfy { $0.isASCIILetter || $0.isASCIIDigit || "+-.".utf8.contains($0) }
    }

    /// RFC 3986 § 2: reserved, unreserved, or a percent sign and two hexadecimal digits.
    private static func checkCharacters(_ text: Substring.UTF8View) throws(NameSyntaxError) {
        var rest = text
        var isInFragment = false
        while let octet = rest.popFirst() {
            if octet == UInt8(ascii: "%") {
                guard rest.popFirst()?.hexDigitValue != nil, rest.popFirst()?.hexDigitValue != nil else {
                    throw NameSyntaxError("has a percent sign without two hexadecimal digits")
                }
            } else if octet == UInt8(ascii: "#") {
                guard !isInFragment else { throw NameSyntaxError("has two fragments") }
                isInFragment = true
            } else if !(octet.isASCIILetter || octet.isASCIIDigit || "-._~:/?[]@!$&'()*+,;=".utf8.contains(octet)) {
                throw NameSyntaxError("has a character that a URI does not admit")
            }
        }
    }

    /// `[ userinfo "@" ] host [ ":" port ]`: RFC 3986 § 3.2.
    private struct Authority {
        let host: Host
        let port: String?
        let userInformation: String?

        init(_ text: Substring.UTF8View) throws(NameSyntaxError) {
            var rest = text
            let at = rest.lastIndex(of: UInt8(ascii: "@"))
            userInformation = at.map { String(Substring(rest[..<$0])) }
            if let at {
                guard !rest[..<at].contains(where: { AbsoluteURI.isBracket($0) || $0 == UInt8(ascii: "@") }) else {
                    throw NameSyntaxError("has user information that RFC 3986 does not admit")
                }
                rest = rest[rest.index(after: at)...]
            }
            let name: Substring.UTF8View
            if rest.first == UInt8(ascii: "["), let end = rest.firstIndex(of: UInt8(ascii: "]")) {
                name = rest[rest.startIndex..<end].dropFirst()
                rest = rest[rest.index(after: end)...]
                guard let address = IPAddress(parsing: String(Substring(name))), address.octets.count == 16 else {
                    throw NameSyntaxError("has brackets around what is not an IPv6 address")
                }
                host = .ip(address)
            } else {
                name = rest.prefix { $0 != UInt8(ascii: ":") }
                rest = rest[name.endIndex...]
                host = try Self.host(String(Substring(name)))
            }
            guard !rest.isEmpty else {
                port = nil
                return
            }
            // RFC 3986 § 3.2.3: who makes a URI leaves out the colon of a port that is empty.
            let number = String(Substring(rest.dropFirst()))
            guard rest.first == UInt8(ascii: ":"), number.utf8.allSatisfy(\.isASCIIDigit), UInt16(number) != nil else {
                throw NameSyntaxError("has a port that is not a number of at most 65535")
            }
            port = number
        }

        private static func host(_ text: String) throws(NameSyntaxError) -> Host {
            if let address = IPAddress(parsing: text) { return .ip(address) }
            let name: DNSName
            do { name = try DNSName(parsing: text) } catch { throw NameSyntaxError("has a host that \(error)") }
            guard !name.isWildcard else { throw NameSyntaxError("has a wildcard for a host") }
            return .dns(name)
        }
    }
}
