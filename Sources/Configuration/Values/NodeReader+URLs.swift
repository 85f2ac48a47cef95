extension NodeReader {
    /// An `http` URL: what a certificate points to must not need TLS to be fetched (RFC 5280 § 8).
    func httpURL() -> String? {
        guard let text = text() else { return nil }
        guard text.hasPrefix("http://") else {
            refuse("is not an http:// URL; fetching from https could need the very answer that it asks for")
            return nil
        }
        let host = text.dropFirst("http://".count).prefix { !"/?#".contains($0) }
        let forbidden = " \"<>\\^`{|}#"
        guard
            !host.isEmpty, host.first != ":", !host.contains("@"), text.utf8.count <= 1024,
            text.utf8.allSatisfy({ (0x21...0x7e).contains($0) }), !text.contains(where: { forbidden.contains($0) })
        else {
            refuse("is not an http:// URL of printable ASCII with a host, without user or fragment (RFC 3986)")
            return nil
        }
        return text
    }
}
