import DERCoding
import PublicKeys

/// ```
/// TBSCertificate  ::=  SEQUENCE  {
///      version         [0]  EXPLICIT Version DEFAULT v1,
///      serialNumber         CertificateSerialNumber,
///      signature            AlgorithmIdentifier,
///      issuer               Name,
///      validity             Validity,
///      subject              Name,
///      subjectPublicKeyInfo SubjectPublicKeyInfo,
///      issuerUniqueID  [1]  IMPLICIT UniqueIdentifier OPTIONAL,
///      subjectUniqueID [2]  IMPLICIT UniqueIdentifier OPTIONAL,
///      extensions      [3]  EXPLICIT Extensions OPTIONAL }
/// ```
/// RFC 5280 § 4.1.
struct TBSCertificate {
    let serialNumber: SerialNumber
    /// The DER of the AlgorithmIdentifier.
    let signature: [UInt8]
    /// The bytes of the CA certificate's own subject.
    let issuer: [UInt8]
    let template: CertificateTemplate

    /// Its DER.
    var der: [UInt8] {
        let capacity = 512 + issuer.count + template.subject.count + template.publicKey.subjectPublicKeyInfo.count
        var writer = DERWriter(reservingCapacity: capacity)
        writer.constructed(DERTag.sequence) { tbs in
            // v3 is 2 (§ 4.1.2.1).
            tbs.constructed(DERTag.constructedContext(0)) { $0.integer(2) }
            tbs.primitive(DERTag.integer, serialNumber.octets)
            tbs.encoded(signature)
            tbs.encoded(issuer)
            tbs.constructed(DERTag.sequence) { validity in
                validity.time(template.notBefore)
                validity.time(template.notAfter)
            }
            tbs.encoded(template.subject)
            tbs.encoded(template.publicKey.subjectPublicKeyInfo)
            // Unique identifiers are never written: § 4.1.2.8.
            tbs.constructed(DERTag.constructedContext(3)) { explicit in
                explicit.constructed(DERTag.sequence) { list in
                    for value in template.extensions { list.certificateExtension(value) }
                }
            }
        }
        return writer.octets
    }
}
