import DERCoding

/// ```
/// TBSCertList  ::=  SEQUENCE  {
///      version                 Version OPTIONAL,
///      signature               AlgorithmIdentifier,
///      issuer                  Name,
///      thisUpdate              Time,
///      nextUpdate              Time OPTIONAL,
///      revokedCertificates     SEQUENCE OF SEQUENCE  {
///           userCertificate         CertificateSerialNumber,
///           revocationDate          Time,
///           crlEntryExtensions      Extensions OPTIONAL  }  OPTIONAL,
///      crlExtensions           [0]  EXPLICIT Extensions OPTIONAL  }
/// ```
/// RFC 5280 § 5.1.
struct TBSCertList {
    /// The DER of the AlgorithmIdentifier.
    let signature: [UInt8]
    /// The bytes of the CA certificate's own subject.
    let issuer: [UInt8]
    /// The CA certificate's own subject key identifier.
    let keyIdentifier: [UInt8]
    let template: CRLTemplate

    /// Its DER.
    var der: [UInt8] {
        var writer = DERWriter(reservingCapacity: 512 + issuer.count + template.entries.count * Self.entrySize)
        // Very many entries share a few reasons.
        let reasons = Dictionary(uniqueKeysWithValues: RevocationReason.allCases.map { ($0, Self.extensions($0)) })
        writer.constructed(DERTag.sequence) { list in
            // v2 is 1 (§ 5.1.2.1).
            list.integer(1)
            list.encoded(signature)
            list.encoded(issuer)
            list.time(template.thisUpdate)
            list.time(template.nextUpdate)
            // § 5.1.2.6: absent where there is none.
            if !template.entries.isEmpty {
                list.constructed(DERTag.sequence) { entries in
                    for entry in template.entries {
                        entries.constructed(DERTag.sequence) { writer in
                            writer.primitive(DERTag.integer, entry.serialNumber)
                            writer.time(entry.revocationDate)
                            if let extensions = entry.reason.flatMap({ reasons[$0] }) { writer.encoded(extensions) }
                        }
                    }
                }
            }
            list.constructed(DERTag.constructedContext(0)) { explicit in
                explicit.constructed(DERTag.sequence) { extensions in
                    extensions.certificateExtension(.authorityKeyIdentifier(keyIdentifier))
                    extensions.crlExtension(.cRLNumber) { $0.integer(template.number) }
                    if let point = template.distributionPoint {
                        // § 5.2.5: critical, since who passes over it takes a part for the whole.
                        extensions.crlExtension(.issuingDistributionPoint, isCritical: true) {
                            $0.issuingDistributionPoint(point)
                        }
                    }
                }
            }
        }
        return writer.octets
    }

    /// The DER of an entry's crlEntryExtensions: § 5.3.1, not critical.
    private static func extensions(_ reason: RevocationReason) -> [UInt8] {
        var writer = DERWriter()
        writer.constructed(DERTag.sequence) { extensions in
            extensions.crlExtension(.reasonCode) { $0.primitive(DERTag.enumerated, [reason.rawValue]) }
        }
        return writer.octets
    }

    /// Octets of an entry with a serial number of 20, a UTCTime and a reason, and some to spare.
    private static let entrySize = 56
}

extension DERWriter {
    fileprivate mutating func crlExtension(
        _ identifier: CRLExtension, isCritical: Bool = false, _ value: (inout DERWriter) -> Void
    ) {
        constructed(DERTag.sequence) { writer in
            writer.encoded(identifier.identifierDER)
            if isCritical { writer.booleanTrue() }
            writer.constructed(DERTag.octetString, value)
        }
    }

    /// ```
    /// IssuingDistributionPoint ::= SEQUENCE {
    ///      distributionPoint          [0] DistributionPointName OPTIONAL,
    ///      onlyContainsUserCerts      [1] BOOLEAN DEFAULT FALSE,
    ///      onlyContainsCACerts        [2] BOOLEAN DEFAULT FALSE, … }
    /// ```
    /// RFC 5280 § 5.2.5.
    fileprivate mutating func issuingDistributionPoint(_ point: IssuingDistributionPoint) {
        constructed(DERTag.sequence) { writer in
            if !point.urls.isEmpty { writer.distributionPointName(point.urls) }
            switch point.scope {
            case .anyCertificate: break
            case .userCertificates: writer.primitive(DERTag.context(1), [0xff])
            case .caCertificates: writer.primitive(DERTag.context(2), [0xff])
            }
        }
    }
}
