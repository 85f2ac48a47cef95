import DERCoding
import PublicKeys

extension Lint {
    /// Of the fields in front of the extensions.
    static let fields: [Lint] = [
        Lint("version", "RFC 5280 § 4.1.2.1", "the version is 3") { certificate in
            certificate.tbs.version.map { $0.elementsEqual([2]) } ?? false ? nil : "The version is not 3."
        },
        Lint(
            "serialNumberForm", "RFC 5280 § 4.1.2.2; BR § 7.1",
            "the serial number is positive and has 20 octets, so that at least 128 of its bits can be random"
        ) { certificate in
            let octets = certificate.tbs.serialNumber
            return octets.count == SerialNumber.size && octets.first.map { (0x01...0x7f).contains($0) } ?? false
                ? nil : "The serial number is not of 20 octets with the first from 01 to 7f."
        },
        Lint("serialNumberDrawn", "RFC 5280 § 4.1.2.2", "the serial number is the one that was drawn") { certificate in
            certificate.tbs.serialNumber.elementsEqual(certificate.serial.octets)
                ? nil : "The serial number is not the one that was drawn."
        },
        Lint(
            "signatureAlgorithmOfIssuer", "RFC 5280 § 4.1.1.2", "the AlgorithmIdentifier is the issuer's, to the octet"
        ) {
            certificate in
            certificate.tbs.signatureAlgorithm.elementsEqual(certificate.issuer.algorithmIdentifier)
                ? nil : "The signature algorithm is not the authority's."
        },
        Lint("issuerName", "RFC 5280 § 4.1.2.4", "the issuer is the CA certificate's subject, to the octet") {
            certificate in
            certificate.tbs.issuer.elementsEqual(certificate.issuer.certificate.subject)
                ? nil : "The issuer is not the subject of the authority's certificate, to the octet."
        },
        Lint("timeOrder", "RFC 5280 § 4.1.2.5", "notBefore is not after notAfter") { certificate in
            certificate.tbs.notBefore.instant <= certificate.tbs.notAfter.instant
                ? nil : "notBefore is after notAfter."
        },
        Lint("timeWithinIssuer", "RFC 5280 § 6.1.3 (a)(2)", "the validity lies within that of every CA above") {
            certificate in
            certificate.tbs.notBefore.instant >= certificate.issuer.notBefore
                && certificate.tbs.notAfter.instant <= certificate.issuer.notAfter
                ? nil : "The validity is not within that of the authority's chain."
        },
        Lint("timeAsAdmitted", "what was admitted", "notBefore and notAfter are those that were admitted") {
            certificate in
            certificate.tbs.notBefore.instant == certificate.template.notBefore
                && certificate.tbs.notAfter.instant == certificate.template.notAfter
                ? nil : "The validity is not the one that was admitted."
        },
        Lint("timeEncoding", "RFC 5280 § 4.1.2.5", "times are UTCTime through 2049 and GeneralizedTime from 2050") {
            certificate in
            certificate.tbs.notBefore.isOfTheRightType && certificate.tbs.notAfter.isOfTheRightType
                ? nil : "A time is of the wrong type for its year."
        },
        Lint("subjectAsAdmitted", "what was admitted", "the subject is the one that was admitted, to the octet") {
            certificate in
            certificate.tbs.subject.elementsEqual(certificate.template.subject)
                ? nil : "The subject is not the one that was admitted."
        },
        Lint(
            "subjectForm", "RFC 5280 § 4.1.2.4, § 4.1.2.6",
            "the subject is a sequence of sets with at least one attribute each, and not empty for a CA"
        ) { certificate in
            guard (try? checkName(certificate.tbs.subject)) != nil else { return "The subject is not a Name." }
            return certificate.isSubjectEmpty && certificate.isCA ? "The subject of a CA is empty." : nil
        },
        Lint("subjectPublicKey", "RFC 5280 § 4.1.2.7", "the key is the request's, to the octet") { certificate in
            certificate.tbs.subjectPublicKeyInfo.elementsEqual(certificate.template.publicKey.subjectPublicKeyInfo)
                ? nil : "The public key is not the request's."
        },
        Lint("uniqueIdentifiers", "RFC 5280 § 4.1.2.8", "there is no unique identifier") { certificate in
            certificate.tbs.hasUniqueIdentifiers ? "There is a unique identifier." : nil
        },
    ]

    private static func checkName(_ der: ArraySlice<UInt8>) throws(DERError) {
        var buffer = DERReader(Array(der))
        var names = try buffer.sequence()
        while !names.isAtEnd {
            guard try !names.next(DERTag.set).contents.isEmpty else { throw .emptySet }
        }
    }
}
