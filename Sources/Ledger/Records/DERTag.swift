/// The identifier octets (X.690 § 8.1.2) that records are made of.
enum DERTag: UInt8 {
    case integer = 0x02
    case octetString = 0x04
    case enumerated = 0x0a
    case utf8String = 0x0c
    case sequence = 0x30
    /// [0] IMPLICIT of a primitive type.
    case context0 = 0x80
}
