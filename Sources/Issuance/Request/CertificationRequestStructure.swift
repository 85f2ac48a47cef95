import DERCoding
import SwiftASN1

/// A CertificationRequest taken apart, its contents not yet judged.
/// ```
/// CertificationRequest ::= SEQUENCE {
///      certificationRequestInfo CertificationRequestInfo,
///      signatureAlgorithm       AlgorithmIdentifier,
///      signature                BIT STRING }
/// CertificationRequestInfo ::= SEQUENCE {
///      version       INTEGER { v1(0) } (v1,...),
///      subject       Name,
///      subjectPKInfo SubjectPublicKeyInfo,
///      attributes    [0] Attributes }
/// Attributes ::= SET OF Attribute
/// Attribute ::= SEQUENCE { type OBJECT IDENTIFIER, values SET SIZE(1..MAX) OF ANY }
/// ```
/// RFC 2986 § 4.
struct CertificationRequestStructure {
    struct Attribute {
        let type: ASN1ObjectIdentifier
        let values: [DERElement]
    }

    /// Over the whole request: where the elements lie.
    let buffer: DERReader
    /// The bytes that the signature covers.
    let information: DERElement
    let version: ArraySlice<UInt8>
    let subject: DERElement
    let publicKeyInfo: DERElement
    let attributes: [Attribute]
    let signatureAlgorithm: DERElement
    let signature: ArraySlice<UInt8>

    init(der: [UInt8]) throws(DERError) {
        var outer = DERReader(der)
        buffer = outer
        var request = try outer.sequence()
        try outer.finish()
        information = try request.next(DERTag.sequence)
        signatureAlgorithm = try request.next(DERTag.sequence)
        signature = try request.octetsOfBitString()
        try request.finish()

        var parts = buffer.reader(of: information)
        version = try parts.integer()
        subject = try parts.next(DERTag.sequence)
        publicKeyInfo = try parts.next(DERTag.sequence)
        let set = try parts.next(Self.attributesTag)
        try parts.finish()
        var attributes: [Attribute] = []
        for element in try buffer.elements(ofSet: set) {
            attributes.append(try Self.attribute(element, of: buffer))
        }
        self.attributes = attributes
    }

    /// `[0] IMPLICIT SET OF`.
    private static let attributesTag: UInt8 = 0xa0

    private static func attribute(_ element: DERElement, of buffer: DERReader) throws(DERError) -> Attribute {
        guard element.identifier == DERTag.sequence else { throw .unexpectedTag }
        var parts = buffer.reader(of: element)
        let type = try parts.objectIdentifier()
        let values = try buffer.elements(ofSet: parts.next(DERTag.set))
        try parts.finish()
        for value in values { try buffer.checkContents(of: value) }
        return Attribute(type: type, values: values)
    }
}
