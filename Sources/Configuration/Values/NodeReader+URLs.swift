import Issuance

extension NodeReader {
    /// An `http` URL with a place for the number of a partition.
    func httpURLTemplate() -> PartitionTemplate? {
        guard let url = httpURL(mayHavePartition: true) else { return nil }
        guard let template = PartitionTemplate(url) else {
            refuse("has no \(PartitionTemplate.placeholder), where the number of the partition goes")
            return nil
        }
        return template
    }

    /// An `http` URL: what a certificate points to must not need TLS to be fetched (RFC 5280 § 8).
    ///
    /// - Parameter mayHavePartition: whether it may have a place for the number of a partition.
    func httpURL(mayHavePartition: Bool = false) -> String? {
        guard let written = text() else { return nil }
        let text = mayHavePartition ? PartitionTemplate(written)?.filled(.max) ?? written : written
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
        return written
    }
}
