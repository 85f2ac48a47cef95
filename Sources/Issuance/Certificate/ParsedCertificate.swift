import DERCoding

/// ```
/// Certificate  ::=  SEQUENCE  {
///      tbsCertificate       TBSCertificate,
///      signatureAlgorithm   AlgorithmIdentifier,
///      signatureValue       BIT STRING  }
/// ```
/// RFC 5280 § 4.1.
struct ParsedCertificate {
    /// The TBSCertificate's own DER, as it stands.
    let tbsBytes: ArraySlice<UInt8>
    let tbs: ParsedTBSCertificate
    /// The DER of the outer AlgorithmIdentifier.
    let signatureAlgorithm: ArraySlice<UInt8>
    let signature: ArraySlice<UInt8>

    init(der: [UInt8]) throws(DERError) {
        var buffer = DERReader(der)
        var parts = try buffer.sequence()
        try buffer.finish()
        let body = try parts.next(DERTag.sequence)
        tbsBytes = parts.encoding(body)
        tbs = try ParsedTBSCertificate(body, of: parts)
        let algorithm = try parts.next(DERTag.sequence)
        try parts.checkContents(of: algorithm)
        signatureAlgorithm = parts.encoding(algorithm)
        signature = try parts.octetsOfBitString()
        try parts.finish()
    }
}
