import SwiftASN1

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

    init(der: [UInt8]) throws {
        var nodes = try DER.parse(der).children()
        let first = try nodes.required()
        tbsBytes = first.encodedBytes
        tbs = try ParsedTBSCertificate(first)
        signatureAlgorithm = try nodes.required().encodedBytes
        let bits = try ASN1BitString(derEncoded: try nodes.required())
        guard bits.paddingBits == 0, nodes.next() == nil else {
            throw ASN1Error.invalidASN1Object(reason: "not a certificate's three parts")
        }
        signature = bits.bytes
    }
}
