import SwiftASN1

/// Identifiers that nearly every request holds, made once: SwiftASN1 makes one only by parsing it anew.
enum CommonObjectIdentifiers {
    private static let identifiers: [ASN1ObjectIdentifier] =
        // Attributes of names: RFC 5280 appendix A.1.
        [3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 42].map { [2, 5, 4, $0] }
        + [[0, 9, 2342, 19_200_300, 100, 1, 25], [0, 9, 2342, 19_200_300, 100, 1, 1]]
        // Attributes of requests: emailAddress, challengePassword, extensionRequest (RFC 2985).
        + [1, 7, 14].map { [1, 2, 840, 113549, 1, 9, $0] }
        // Extensions: RFC 5280 § 4.2.1.
        + [14, 15, 17, 19, 30, 31, 32, 35, 37].map { [2, 5, 29, $0] }
        // Key purposes: RFC 5280 § 4.2.1.12.
        + [1, 2, 3, 4, 8, 9].map { [1, 3, 6, 1, 5, 5, 7, 3, $0] }

    private static let byContents: [UInt128: ASN1ObjectIdentifier] = {
        var table: [UInt128: ASN1ObjectIdentifier] = [:]
        for identifier in identifiers {
            var serializer = DER.Serializer()
            guard (try? serializer.serialize(identifier)) != nil else { continue }
            // Identifier octet and length are one octet each.
            if let key = key(serializer.serializedBytes.dropFirst(2)) { table[key] = identifier }
        }
        return table
    }()

    /// The identifier with these contents, where it is one of them.
    static func identifier(contents: ArraySlice<UInt8>) -> ASN1ObjectIdentifier? {
        key(contents).flatMap { byContents[$0] }
    }

    /// Contents of up to 15 octets and their number.
    private static func key(_ contents: ArraySlice<UInt8>) -> UInt128? {
        guard contents.count < 16 else { return nil }
        return contents.reduce(UInt128(contents.count)) { $0 << 8 | UInt128($1) }
    }
}
