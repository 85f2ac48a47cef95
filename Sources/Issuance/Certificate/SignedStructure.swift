import DERCoding

/// ```
/// SEQUENCE  {
///      tbs                  TBSCertificate or TBSCertList,
///      signatureAlgorithm   AlgorithmIdentifier,
///      signatureValue       BIT STRING  }
/// ```
/// What a certificate and a CRL look like from outside (RFC 5280 § 4.1, § 5.1).
struct SignedStructure {
    /// Of the whole buffer.
    let reader: DERReader
    /// What is signed.
    let body: DERElement
    /// The DER of what is signed, as it stands.
    let tbs: ArraySlice<UInt8>
    /// The DER of the outer AlgorithmIdentifier.
    let signatureAlgorithm: ArraySlice<UInt8>
    let signature: ArraySlice<UInt8>

    init(der: [UInt8]) throws(DERError) {
        reader = DERReader(der)
        var buffer = reader
        var parts = try buffer.sequence()
        try buffer.finish()
        body = try parts.next(DERTag.sequence)
        tbs = parts.encoding(body)
        let algorithm = try parts.next(DERTag.sequence)
        try parts.checkContents(of: algorithm)
        signatureAlgorithm = parts.encoding(algorithm)
        signature = try parts.octetsOfBitString()
        try parts.finish()
    }
}
