extension SignatureAlgorithm {
    /// The DER of the AlgorithmIdentifier, in the one form that its standard gives.
    package var algorithmIdentifier: [UInt8] {
        switch self {
        case .ecdsa(let hash):
            // ecdsa-with-SHA256 is 1.2.840.10045.4.3.2, and so on; parameters absent (RFC 5758 § 3.2).
            [0x30, 0x0a, 0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, hash.arc + 1]
        case .rsaPKCS1(let hash):
            // sha256WithRSAEncryption is 1.2.840.113549.1.1.11, and so on; parameters NULL (RFC 4055 § 5).
            [0x30, 0x0d, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, hash.arc + 10, 0x05, 0x00]
        case .rsaPSS(let hash):
            Self.rsaPSSIdentifier(hash)
        case .ed25519:
            [0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70]
        }
    }

    /// The algorithm that has exactly this AlgorithmIdentifier; `nil` for every other.
    package init?(algorithmIdentifier der: some Collection<UInt8>) {
        guard let match = Self.byIdentifier[Array(der)] else { return nil }
        self = match
    }

    private static let byIdentifier = Dictionary(uniqueKeysWithValues: all.map { ($0.algorithmIdentifier, $0) })

    /// ```
    /// RSASSA-PSS-params  ::=  SEQUENCE  {
    ///      hashAlgorithm     [0] HashAlgorithm,
    ///      maskGenAlgorithm  [1] MaskGenAlgorithm,
    ///      saltLength        [2] INTEGER }
    /// ```
    /// RFC 4055 § 3.1; the trailer field has its default and is left out.
    private static func rsaPSSIdentifier(_ hash: HashAlgorithm) -> [UInt8] {
        let hashIdentifier: [UInt8] =
            [0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, hash.arc, 0x05, 0x00]
        let maskIdentifier: [UInt8] =
            [0x30, 0x1a, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x08] + hashIdentifier
        return [0x30, 0x41, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x0a, 0x30, 0x34, 0xa0, 0x0f]
            + hashIdentifier + [0xa1, 0x1c] + maskIdentifier + [0xa2, 0x03, 0x02, 0x01, UInt8(hash.digestSize)]
    }
}
