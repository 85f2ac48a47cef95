import DERCoding
import SwiftASN1

extension DERWriter {
    /// ```
    /// Extension  ::=  SEQUENCE  {
    ///      extnID      OBJECT IDENTIFIER,
    ///      critical    BOOLEAN DEFAULT FALSE,
    ///      extnValue   OCTET STRING }
    /// ```
    /// RFC 5280 § 4.1.
    mutating func certificateExtension(_ value: CertificateExtension) {
        constructed(DERTag.sequence) { writer in
            writer.encoded(value.kind.identifierDER)
            if value.isCritical { writer.booleanTrue() }
            writer.constructed(DERTag.octetString) { $0.extensionValue(value) }
        }
    }

    private mutating func extensionValue(_ value: CertificateExtension) {
        switch value {
        case .authorityKeyIdentifier(let identifier):
            // AuthorityKeyIdentifier ::= SEQUENCE { keyIdentifier [0] KeyIdentifier OPTIONAL, … }
            constructed(DERTag.sequence) { $0.primitive(DERTag.context(0), identifier) }
        case .subjectKeyIdentifier(let identifier):
            primitive(DERTag.octetString, identifier)
        case .keyUsage(let usage):
            primitive(DERTag.bitString, usage.bitStringContent)
        case .basicConstraints(let constraints):
            basicConstraints(constraints)
        case .extendedKeyUsage(let purposes, _):
            constructed(DERTag.sequence) { writer in for purpose in purposes { writer.objectIdentifier(purpose) } }
        case .certificatePolicies(let policies):
            // PolicyInformation ::= SEQUENCE { policyIdentifier CertPolicyId, … }
            constructed(DERTag.sequence) { writer in
                for policy in policies { writer.constructed(DERTag.sequence) { $0.objectIdentifier(policy) } }
            }
        case .subjectAlternativeName(let names, _):
            constructed(DERTag.sequence) { writer in for name in names { writer.generalName(name) } }
        case .nameConstraints(let constraints):
            nameConstraints(constraints)
        case .cRLDistributionPoints(let urls):
            cRLDistributionPoints(urls)
        case .authorityInformationAccess(let ocsp, let caIssuers):
            // id-ad is 1.3.6.1.5.5.7.48: ocsp 1, caIssuers 2.
            constructed(DERTag.sequence) { writer in
                for url in ocsp { writer.accessDescription(1, url) }
                for url in caIssuers { writer.accessDescription(2, url) }
            }
        }
    }

    /// `BasicConstraints ::= SEQUENCE { cA BOOLEAN DEFAULT FALSE, pathLenConstraint INTEGER (0..MAX) OPTIONAL }`
    private mutating func basicConstraints(_ constraints: CertificateExtension.BasicConstraints) {
        constructed(DERTag.sequence) { writer in
            guard case .ca(let pathLength) = constraints else { return }
            writer.booleanTrue()
            if let pathLength { writer.integer(UInt64(clamping: pathLength)) }
        }
    }

    /// ```
    /// DistributionPoint ::= SEQUENCE {
    ///      distributionPoint       [0]     DistributionPointName OPTIONAL, … }
    /// ```
    /// One point: the URLs all lead to the same CRL.
    private mutating func cRLDistributionPoints(_ urls: [String]) {
        constructed(DERTag.sequence) { points in
            points.constructed(DERTag.sequence) { $0.distributionPointName(urls) }
        }
    }

    /// ```
    /// DistributionPointName ::= CHOICE {
    ///      fullName                [0]     GeneralNames, … }
    /// ```
    /// RFC 5280 § 4.2.1.13, under the tag `[0]` that it has in a DistributionPoint and in an IssuingDistributionPoint.
    mutating func distributionPointName(_ urls: [String]) {
        constructed(DERTag.constructedContext(0)) { name in
            name.constructed(DERTag.constructedContext(0)) { writer in
                for url in urls { writer.generalName(.uri(url)) }
            }
        }
    }

    /// `AccessDescription ::= SEQUENCE { accessMethod OBJECT IDENTIFIER, accessLocation GeneralName }`
    private mutating func accessDescription(_ method: UInt8, _ url: String) {
        constructed(DERTag.sequence) { writer in
            writer.primitive(DERTag.objectIdentifier, [0x2b, 6, 1, 5, 5, 7, 48, method])
            writer.generalName(.uri(url))
        }
    }
}
