import SwiftASN1

extension NodeReader {
    /// Dotted decimals (X.660), or one of `names`.
    func objectIdentifier(
        names: [(name: String, value: ASN1ObjectIdentifier)] = []
    ) -> ASN1ObjectIdentifier? {
        guard let text = text() else { return nil }
        if let named = names.first(where: { $0.name == text }) { return named.value }
        guard text.utf8.first?.isDecimalDigit == true else {
            refuse(
                names.isEmpty
                    ? "is not an object identifier such as 1.3.6.1.4.1.32473.1"
                    : "is neither a known name nor dotted decimals"
                        + NearestName.advice(for: text, among: names.map(\.name)))
            return nil
        }
        guard let identifier = ASN1ObjectIdentifier(strict: text) else {
            refuse("is not an object identifier such as 1.3.6.1.4.1.32473.1")
            return nil
        }
        return identifier
    }
}

extension ASN1ObjectIdentifier {
    /// `nil` unless the text is two arcs or more without padding that X.660 § 6 allows and 31 bits hold.
    init?(strict text: String) {
        let parts = text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        let arcs = parts.compactMap { part -> UInt? in
            guard part.allSatisfy(\.isDecimalDigit), part.first != UInt8(ascii: "0") || part.count == 1 else {
                return nil
            }
            return Int32(String(Substring(part))).map { UInt($0) }
        }
        // X.660 § 6.2: the first arc is 0, 1 or 2; below 0 and 1 the second is at most 39.
        guard
            arcs.count == parts.count, arcs.count >= 2, arcs.count <= 64, arcs[0] <= 2, arcs[0] == 2 || arcs[1] <= 39,
            let identifier = try? ASN1ObjectIdentifier(elements: arcs)
        else { return nil }
        self = identifier
    }
}
