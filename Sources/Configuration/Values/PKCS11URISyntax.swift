/// The shape of a `pkcs11:` URI (RFC 7512 § 2.3), checked where its place in the file is known. Its meaning is read by the one who matches it.
enum PKCS11URISyntax {
    static let tokenAttributes: Set<String> = ["token", "manufacturer", "serial", "model"]
    static let objectAttributes: Set<String> = ["object", "type", "id"]

    /// A URI of a token, and whether it says where the PIN is.
    struct TokenURI {
        let text: String
        let namesPINSource: Bool
    }

    /// The path's attributes by name, still encoded.
    ///
    /// - Parameter admitsPINSource: whether a `pin-source` of a file may follow (RFC 7512 § 2.4); nothing else may.
    static func attributes(
        of text: String, admitsPINSource: Bool
    ) throws(PKCS11URISyntaxError) -> [String: String] {
        guard text.hasPrefix("pkcs11:") else { throw "does not begin with `pkcs11:` (RFC 7512)" }
        let rest = text.dropFirst("pkcs11:".count)
        let path = rest.prefix { $0 != "?" }
        guard !rest.contains("pin-value=") else {
            throw "holds a pin-value: a PIN does not belong into this file; take it out and change that PIN"
        }
        try check(query: rest[path.endIndex...], admitsPINSource: admitsPINSource)
        var attributes: [String: String] = [:]
        for attribute in path.split(separator: ";", omittingEmptySubsequences: false) {
            let parts = attribute.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty else {
                throw "is not a list of name=value, with `;` between them (RFC 7512 § 2.3)"
            }
            guard isEncoded(parts[1]) else {
                throw "has a value that is not percent-encoded as RFC 7512 § 2.3 wants it"
            }
            guard attributes.updateValue(String(parts[1]), forKey: String(parts[0])) == nil else {
                throw "names `\(parts[0])` twice"
            }
        }
        return attributes
    }

    /// RFC 7512 § 2.4: what follows `?` says how to get at the token.
    private static func check(query: Substring, admitsPINSource: Bool) throws(PKCS11URISyntaxError) {
        guard !query.isEmpty else { return }
        guard admitsPINSource, query.hasPrefix(pinSource) else {
            throw "has a query (`?`): where the PIN and the module are is said under `pin` and `module`"
        }
        var path = query.dropFirst(pinSource.count)
        // file:///path is file:/path with an empty host (RFC 8089 § 2).
        if path.hasPrefix("///") { path = path.dropFirst(2) }
        let segments = path.dropFirst().split(separator: "/", omittingEmptySubsequences: false)
        guard path.hasPrefix("/"), segments.first?.isEmpty == false,
            segments.allSatisfy({ isEncoded($0) && !$0.contains("&") })
        else {
            throw "has a pin-source other than file:/absolute/path"
        }
    }

    private static let pinSource = "?pin-source=file:"

    /// `*( unreserved / pk11-res-avail / "&" / pct-encoded )`
    private static func isEncoded(_ text: Substring) -> Bool {
        var rest = text.utf8[...]
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "%") {
                guard rest.popFirst()?.isHexDigit == true, rest.popFirst()?.isHexDigit == true else { return false }
            } else if !byte.isLetter, !byte.isDecimalDigit, !"-._~:[]@!$'()*+,=&".utf8.contains(byte) {
                return false
            }
        }
        return true
    }
}

/// A phrase that continues the name of what was read. It never repeats a value.
struct PKCS11URISyntaxError: Error, ExpressibleByStringInterpolation {
    let phrase: String
    init(stringLiteral phrase: String) { self.phrase = phrase }
}

extension NodeReader {
    /// A URI that names a token, by what stays the same when it is plugged elsewhere.
    func tokenURI() -> PKCS11URISyntax.TokenURI? {
        let text = pkcs11URI(
            admitting: PKCS11URISyntax.tokenAttributes, of: "a token", admitsPINSource: true
        ) { attributes in
            attributes.keys.contains("token") || attributes.keys.contains("serial")
                ? nil : "names neither `token` (its label) nor `serial`"
        }
        return text.map { PKCS11URISyntax.TokenURI(text: $0, namesPINSource: $0.contains("?")) }
    }

    /// A URI that names a private key within its token.
    func keyURI() -> String? {
        pkcs11URI(admitting: PKCS11URISyntax.objectAttributes, of: "a key; the token has its own entry") { attributes in
            guard attributes["type"] ?? "private" == "private" else { return "names an object that is no private key" }
            return attributes.keys.contains("object") || attributes.keys.contains("id")
                ? nil : "names neither `object` (its label) nor `id`"
        }
    }

    /// A URI that names a private key and the token that it is in.
    func keyAndTokenURI() -> String? {
        pkcs11URI(
            admitting: PKCS11URISyntax.tokenAttributes.union(PKCS11URISyntax.objectAttributes), of: "a key in a token"
        ) { attributes in
            guard attributes["type"] ?? "private" == "private" else { return "names an object that is no private key" }
            guard attributes.keys.contains("token") || attributes.keys.contains("serial") else {
                return "names no token: it needs `token` (its label) or `serial`"
            }
            return attributes.keys.contains("object") || attributes.keys.contains("id")
                ? nil : "names neither `object` (its label) nor `id`"
        }
    }

    private func pkcs11URI(
        admitting admitted: Set<String>, of what: String, admitsPINSource: Bool = false,
        _ complaint: ([String: String]) -> String?
    ) -> String? {
        guard let text = text() else { return nil }
        do throws(PKCS11URISyntaxError) {
            let attributes = try PKCS11URISyntax.attributes(of: text, admitsPINSource: admitsPINSource)
            if let stranger = attributes.keys.filter({ !admitted.contains($0) }).min() {
                let known = admitted.sorted().joined(separator: ", ")
                throw "names `\(stranger)`, which is no attribute of \(what); known here: \(known)"
            }
            if let complaint = complaint(attributes) { throw PKCS11URISyntaxError(stringLiteral: complaint) }
            return text
        } catch {
            refuse(error.phrase)
            return nil
        }
    }
}
