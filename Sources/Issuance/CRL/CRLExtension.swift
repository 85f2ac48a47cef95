import DERCoding

/// The extensions of CRLs and of their entries that this service writes or heeds (RFC 5280 § 5.2, § 5.3). The raw value is the last
/// arc below id-ce, 2.5.29.
enum CRLExtension: UInt8 {
    case cRLNumber = 20
    case reasonCode = 21
    case deltaCRLIndicator = 27
    case issuingDistributionPoint = 28
    case certificateIssuer = 29
    case authorityKeyIdentifier = 35

    /// The DER of the OID.
    var identifierDER: [UInt8] { Self.start + [rawValue] }

    /// The extension whose OID has this DER, where it is one of these.
    init?(identifierDER der: ArraySlice<UInt8>) {
        guard let last = der.last, der.dropLast().elementsEqual(Self.start) else { return nil }
        self.init(rawValue: last)
    }

    private static let start: [UInt8] = [DERTag.objectIdentifier, 3, 0x55, 0x1d]
}
