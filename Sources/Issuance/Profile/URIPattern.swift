/// `scheme://host/path`, where the host is a `DNSPattern`, or an address, and a path ending in `/*` matches all below;
/// `*`: any URI.
///
/// What a pattern does not name, a URI that it matches does not have: no user information, no other port, no query, no
/// fragment, no `..` that could lead out of the path, no percent-encoding of what needs none.
package struct URIPattern: Hashable, Sendable {
    private enum Host: Hashable, Sendable {
        case dns(DNSPattern)
        case ip(IPAddress)
    }

    private struct Form: Hashable, Sendable {
        let scheme: String
        let host: Host
        let port: String?
        let path: String
        let matchesBelow: Bool
        /// The path as `touches` compares it.
        let decodedPath: [UInt8]
    }

    /// As it was written.
    package let text: String
    /// `nil` for every URI.
    private let form: Form?

    package init(parsing text: String) throws(PatternSyntaxError) {
        self.text = text
        form = text == "*" ? nil : try Self.form(text)
    }

    private static func form(_ text: String) throws(PatternSyntaxError) -> Form {
        let utf8 = text.utf8
        // The wildcards are taken off, so that what is left reads as a URI.
        guard let colon = utf8.firstIndex(of: UInt8(ascii: ":")), utf8[colon...].starts(with: "://".utf8) else {
            throw PatternSyntaxError("is not a pattern such as spiffe://example.org/service/* or https://*.example.org")
        }
        let scheme = utf8[..<colon]
        var rest = utf8[colon...].dropFirst(3)
        let isHostBelow = rest.starts(with: "*.".utf8)
        if isHostBelow { rest = rest.dropFirst(2) }
        let matchesBelow = rest.suffix(2).elementsEqual("/*".utf8)
        if matchesBelow { rest = rest.dropLast(1) }
        let uri: AbsoluteURI
        do {
            uri = try AbsoluteURI(parsing: "\(Substring(scheme))://\(Substring(rest))")
        } catch { throw PatternSyntaxError("\(error)") }
        guard !uri.hasUserInformation, !uri.hasQueryOrFragment, !uri.hasDotSegments, !uri.path.contains("*") else {
            throw PatternSyntaxError("has more than a scheme, a host, a port and a path that may end in /*")
        }
        guard !uri.hasEncodedUnreserved else {
            throw PatternSyntaxError("has a percent-encoded letter, digit, hyphen, dot, underscore or tilde")
        }
        let host: Host
        switch uri.host {
        case .dns(let name): host = .dns(try DNSPattern(parsing: isHostBelow ? "*." + name.text : name.text))
        case .ip(let address) where !isHostBelow: host = .ip(address)
        default: throw PatternSyntaxError("has a wildcard in front of an address")
        }
        return Form(
            scheme: uri.scheme, host: host, port: uri.port, path: uri.path, matchesBelow: matchesBelow,
            decodedPath: uri.decodedPath)
    }

    package func matches(_ uri: AbsoluteURI) -> Bool {
        guard let form else { return true }
        guard
            uri.scheme == form.scheme, uri.port == form.port, !uri.hasUserInformation, !uri.hasQueryOrFragment,
            !uri.hasDotSegments, !uri.hasEncodedUnreserved
        else { return false }
        switch (form.host, uri.host) {
        case (.dns(let pattern), .dns(let name)): guard pattern.matches(name) else { return false }
        case (.ip(let own), .ip(let address)): guard own == address else { return false }
        default: return false
        }
        guard form.matchesBelow else { return uri.path == form.path }
        return uri.path.utf8.starts(with: form.path.utf8) && uri.path.utf8.count > form.path.utf8.count
    }

    /// Whether the URI may lead to what the pattern matches, however it is spelt: what a denied pattern has to look at.
    ///
    /// Only the scheme, the host and the path count, the path percent-decoded. A path that some would read otherwise (dot
    /// segments, an encoded slash, empty segments) is taken to lead everywhere on its host, and a URI of the scheme without
    /// a host to lead to any: many readers of `https:host` find one. A path that matches all below touches its own slash.
    package func touches(_ uri: AbsoluteURI) -> Bool {
        guard let form else { return true }
        guard uri.scheme == form.scheme else { return false }
        switch (form.host, uri.host) {
        case (_, nil): return true
        case (.dns(let pattern), .dns(let name)): guard pattern.touches(name) else { return false }
        case (.ip(let own), .ip(let address)): guard own.unmapped == address.unmapped else { return false }
        default: return false
        }
        if uri.hasAmbiguousPath { return true }
        let path = uri.decodedPath
        return form.matchesBelow ? path.starts(with: form.decodedPath) : path == form.decodedPath
    }
}
