import SwiftASN1
import Timekeeping

/// A TBSCertificate read back: its parts as they stand, so that a reader can judge their encoding too (RFC 5280 § 4.1).
struct ParsedTBSCertificate {
    /// The content octets of the version, where it is encoded.
    let version: ArraySlice<UInt8>?
    /// The content octets.
    let serialNumber: ArraySlice<UInt8>
    /// The DER of these three.
    let signatureAlgorithm: ArraySlice<UInt8>
    let issuer: ArraySlice<UInt8>
    let subject: ASN1Node
    let notBefore: ParsedTime
    let notAfter: ParsedTime
    /// Its DER.
    let subjectPublicKeyInfo: ArraySlice<UInt8>
    let hasUniqueIdentifiers: Bool
    /// `nil` where the field is absent.
    let extensions: [ParsedExtension]?

    init(_ node: ASN1Node) throws {
        var nodes = try node.children()
        var next = try nodes.required()
        if next.isContext(0) {
            version = try next.onlyChild(.context(0)).primitive(.integer)
            next = try nodes.required()
        } else {
            version = nil
        }
        serialNumber = try next.primitive(.integer)
        signatureAlgorithm = try nodes.required().encodedBytes
        issuer = try nodes.required().encodedBytes
        var validity = try nodes.required().children()
        notBefore = try ParsedTime(validity.required())
        notAfter = try ParsedTime(validity.required())
        guard validity.next() == nil else { throw ASN1Error.invalidASN1Object(reason: "three times") }
        subject = try nodes.required()
        subjectPublicKeyInfo = try nodes.required().encodedBytes

        var hasUniqueIdentifiers = false
        var extensions: [ParsedExtension]?
        while let rest = nodes.next() {
            switch (rest.identifier.tagClass, rest.identifier.tagNumber) {
            case (.contextSpecific, 1), (.contextSpecific, 2): hasUniqueIdentifiers = true
            case (.contextSpecific, 3) where extensions == nil:
                extensions = try rest.onlyChild(.context(3)).children().map { try ParsedExtension($0) }
            default: throw ASN1Error.unexpectedFieldType(rest.identifier)
            }
        }
        self.hasUniqueIdentifiers = hasUniqueIdentifiers
        self.extensions = extensions
    }

    func first(_ kind: CertificateExtension.Kind) -> ParsedExtension? {
        extensions?.first { $0.kind == kind }
    }
}

/// One Extension, its OID and criticality as they stand.
struct ParsedExtension {
    /// `nil` for one that this service does not write.
    let kind: CertificateExtension.Kind?
    /// The DER of the OID.
    let identifier: ArraySlice<UInt8>
    /// The content octets of `critical`, where it is encoded.
    let criticality: ArraySlice<UInt8>?
    /// The content octets of `extnValue`.
    let value: ArraySlice<UInt8>

    init(_ node: ASN1Node) throws {
        var nodes = try node.children()
        let identifier = try nodes.required()
        var next = try nodes.required()
        if next.identifier == .boolean {
            criticality = try next.primitive(.boolean)
            next = try nodes.required()
        } else {
            criticality = nil
        }
        value = try next.primitive(.octetString)
        guard nodes.next() == nil else { throw ASN1Error.invalidASN1Object(reason: "a fourth part of an extension") }
        self.identifier = identifier.encodedBytes
        kind = CertificateExtension.Kind(identifierDER: identifier.encodedBytes)
        // One of ours has been compared to the octet; any other has at least to be an OID.
        if kind == nil { _ = try ASN1ObjectIdentifier(derEncoded: identifier) }
    }

    var isCritical: Bool { criticality?.first == 0xff }
}

/// A Time with the type that says it.
struct ParsedTime {
    let identifier: ASN1Identifier
    let instant: Instant

    init(_ node: ASN1Node) throws {
        identifier = node.identifier
        let civil: CivilTime?
        if node.identifier == .utcTime {
            let time = try UTCTime(derEncoded: node)
            civil = CivilTime(
                year: time.year, month: time.month, day: time.day, hour: time.hours, minute: time.minutes,
                second: time.seconds)
        } else {
            let time = try GeneralizedTime(derEncoded: node)
            guard time.rawFractionalSeconds.isEmpty else {
                throw ASN1Error.invalidASN1Object(reason: "a fraction of a second")
            }
            civil = CivilTime(
                year: time.year, month: time.month, day: time.day, hour: time.hours, minute: time.minutes,
                second: time.seconds)
        }
        guard let civil, let instant = Instant(secondsSinceEpoch: civil.secondsSinceEpoch) else {
            throw ASN1Error.invalidASN1Object(reason: "a time outside years 1 to 9999")
        }
        self.instant = instant
    }

    /// RFC 5280 § 4.1.2.5: UTCTime through 2049, then GeneralizedTime.
    var isOfTheRightType: Bool {
        (1950...2049).contains(CivilTime(instant).year) == (identifier == .utcTime)
    }
}
