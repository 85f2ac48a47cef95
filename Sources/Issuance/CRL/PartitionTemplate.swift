/// A text with a place for the number of a partition, `http://pki.example/issuing-{partition}.crl`: a URL or a path, of which each of a
/// CA's partitioned CRLs has one of its own.
package struct PartitionTemplate: Hashable, Sendable {
    package let text: String
    private let prefix: String
    private let suffix: String

    package static let placeholder = "{partition}"

    /// `nil` unless the place is there, once.
    package init?(_ text: String) {
        let parts = text.split(separator: Self.placeholder, omittingEmptySubsequences: false)
        guard parts.count == 2, let first = parts.first, let last = parts.last else { return nil }
        self.text = text
        prefix = String(first)
        suffix = String(last)
    }

    /// The partition's own text, its number in decimal.
    package func filled(_ partition: UInt32) -> String { prefix + String(partition) + suffix }

    /// The partition whose own text it is; `nil` where it is none's.
    package func partition(of text: String) -> UInt32? {
        guard text.utf8.count > prefix.utf8.count + suffix.utf8.count, text.hasPrefix(prefix), text.hasSuffix(suffix)
        else { return nil }
        let digits = text.dropFirst(prefix.count).dropLast(suffix.count)
        guard let number = UInt32(digits), String(number) == digits else { return nil }
        return number
    }

    /// Whether some partition of the one may have the same text as one of the other: what is in one's text before and behind the number and not in
    /// the other's could be digits of its number.
    package func mayCoincide(with other: PartitionTemplate) -> Bool {
        let (short, long) =
            prefix.utf8.count <= other.prefix.utf8.count ? (prefix, other.prefix) : (other.prefix, prefix)
        let (brief, wide) =
            suffix.utf8.count <= other.suffix.utf8.count ? (suffix, other.suffix) : (other.suffix, suffix)
        let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
        return long.utf8.starts(with: short.utf8) && wide.utf8.reversed().starts(with: brief.utf8.reversed())
            && long.utf8.dropFirst(short.utf8.count).allSatisfy { digits.contains($0) }
            && wide.utf8.dropLast(brief.utf8.count).allSatisfy { digits.contains($0) }
    }
}

extension SerialNumber {
    /// Which of a CA's partitions the certificate with this number is in: the remainder of the number. It is random, so they are of one size.
    ///
    /// - Parameter count: how many there are; at least 1.
    package func partition(of count: UInt32) -> UInt32 {
        let count = UInt64(max(1, count))
        return UInt32(octets.reduce(UInt64(0)) { ($0 << 8 | UInt64($1)) % count })
    }
}

extension CertificateTemplate {
    /// Whether its CRL distribution points are of a partition that has yet to be chosen.
    package var hasOpenPartition: Bool {
        extensions.contains {
            if case .cRLDistributionPoints(let urls) = $0 {
                urls.contains { PartitionTemplate($0) != nil }
            } else {
                false
            }
        }
    }

    /// The same with the CRL distribution points of that partition.
    package func inPartition(_ partition: UInt32) -> CertificateTemplate {
        CertificateTemplate(
            subject: subject, publicKey: publicKey, notBefore: notBefore, notAfter: notAfter,
            extensions: extensions.map { found in
                guard case .cRLDistributionPoints(let urls) = found else { return found }
                return .cRLDistributionPoints(urls.map { PartitionTemplate($0)?.filled(partition) ?? $0 })
            })
    }
}
