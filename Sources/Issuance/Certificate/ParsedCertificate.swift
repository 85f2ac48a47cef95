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
        let structure = try SignedStructure(der: der)
        tbsBytes = structure.tbs
        tbs = try ParsedTBSCertificate(structure.body, of: structure.reader)
        signatureAlgorithm = structure.signatureAlgorithm
        signature = structure.signature
    }
}
