import DERCoding

extension DistinguishedName.StringEncoding {
    /// `nil` for the tag of any other type.
    init?(tag: UInt8) {
        switch tag {
        case DERTag.utf8String: self = .utf8String
        case DERTag.printableString: self = .printableString
        case DERTag.ia5String: self = .ia5String
        default: return nil
        }
    }

    /// The ASN.1 name of the type.
    var name: String {
        switch self {
        case .utf8String: "UTF8String"
        case .printableString: "PrintableString"
        case .ia5String: "IA5String"
        }
    }

    /// The text of a value; `nil` where its octets are none of this type's.
    func text(of octets: ArraySlice<UInt8>) -> String? {
        switch self {
        case .utf8String: String(validating: octets, as: UTF8.self)
        case .printableString:
            octets.allSatisfy(Self.isPrintable) ? String(decoding: octets, as: UTF8.self) : nil
        case .ia5String: octets.allSatisfy { $0 < 0x80 } ? String(decoding: octets, as: UTF8.self) : nil
        }
    }

    /// X.680 § 41.4, table 10: no `*`, `@`, `&` or `_`.
    private static func isPrintable(_ octet: UInt8) -> Bool {
        switch octet {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: " "), UInt8(ascii: "'"), UInt8(ascii: "("),
            UInt8(ascii: ")"), UInt8(ascii: "+"), UInt8(ascii: ","), UInt8(ascii: "-"), UInt8(ascii: "."),
            UInt8(ascii: "/"), UInt8(ascii: ":"), UInt8(ascii: "="), UInt8(ascii: "?"):
            true
        default: false
        }
    }

    /// A type that a certificate no longer holds (RFC 5280 § 4.1.2.4), by its ASN.1 name.
    static func retiredName(tag: UInt8) -> String? {
        switch tag {
        case 0x12: "NumericString"
        case 0x14: "TeletexString"
        case 0x15: "VideotexString"
        case 0x19: "GraphicString"
        case 0x1a: "VisibleString"
        case 0x1b: "GeneralString"
        case 0x1c: "UniversalString"
        case 0x1e: "BMPString"
        default: nil
        }
    }
}
