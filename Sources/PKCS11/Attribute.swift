import CPKCS11

/// `CKA_…`: the name of a property of an object.
package struct AttributeType: RawRepresentable, Hashable, Sendable {
    package let rawValue: UInt

    package init(rawValue: UInt) {
        self.rawValue = rawValue
    }

    package static let objectClass = AttributeType(rawValue: 0x0)
    package static let token = AttributeType(rawValue: 0x1)
    package static let isPrivate = AttributeType(rawValue: 0x2)
    package static let label = AttributeType(rawValue: 0x3)
    package static let value = AttributeType(rawValue: 0x11)
    package static let certificateType = AttributeType(rawValue: 0x80)
    package static let issuer = AttributeType(rawValue: 0x81)
    package static let serialNumber = AttributeType(rawValue: 0x82)
    package static let keyType = AttributeType(rawValue: 0x100)
    package static let subject = AttributeType(rawValue: 0x101)
    package static let id = AttributeType(rawValue: 0x102)
    package static let sensitive = AttributeType(rawValue: 0x103)
    package static let encrypt = AttributeType(rawValue: 0x104)
    package static let decrypt = AttributeType(rawValue: 0x105)
    package static let wrap = AttributeType(rawValue: 0x106)
    package static let unwrap = AttributeType(rawValue: 0x107)
    package static let sign = AttributeType(rawValue: 0x108)
    package static let signRecover = AttributeType(rawValue: 0x109)
    package static let verify = AttributeType(rawValue: 0x10a)
    package static let derive = AttributeType(rawValue: 0x10c)
    package static let modulus = AttributeType(rawValue: 0x120)
    package static let modulusBits = AttributeType(rawValue: 0x121)
    package static let publicExponent = AttributeType(rawValue: 0x122)
    package static let privateExponent = AttributeType(rawValue: 0x123)
    package static let prime1 = AttributeType(rawValue: 0x124)
    package static let prime2 = AttributeType(rawValue: 0x125)
    package static let exponent1 = AttributeType(rawValue: 0x126)
    package static let exponent2 = AttributeType(rawValue: 0x127)
    package static let coefficient = AttributeType(rawValue: 0x128)
    package static let extractable = AttributeType(rawValue: 0x162)
    package static let local = AttributeType(rawValue: 0x163)
    package static let neverExtractable = AttributeType(rawValue: 0x164)
    package static let alwaysSensitive = AttributeType(rawValue: 0x165)
    package static let ecParameters = AttributeType(rawValue: 0x180)
    package static let ecPoint = AttributeType(rawValue: 0x181)
    package static let alwaysAuthenticate = AttributeType(rawValue: 0x202)
}

/// A property of an object with its value, as a template lists it. Values are public ones: a secret never goes in here.
package struct Attribute: Hashable, Sendable {
    package let type: AttributeType
    package let value: [UInt8]

    package static func octets(_ type: AttributeType, _ value: [UInt8]) -> Attribute {
        Attribute(type: type, value: value)
    }

    /// `CK_BBOOL`.
    package static func flag(_ type: AttributeType, _ value: Bool) -> Attribute {
        Attribute(type: type, value: [value ? 1 : 0])
    }

    /// `CK_ULONG` in the host's own byte order.
    package static func number(_ type: AttributeType, _ value: UInt) -> Attribute {
        Attribute(type: type, value: unsafe withUnsafeBytes(of: value) { unsafe Array($0) })
    }

    package static func objectClass(_ value: ObjectClass) -> Attribute { .number(.objectClass, value.rawValue) }
    package static func keyType(_ value: KeyType) -> Attribute { .number(.keyType, value.rawValue) }
}

extension [Attribute] {
    /// The template in C, valid inside `body`.
    func withTemplate<Result>(_ body: (UnsafeMutablePointer<ck_attribute>?, UInt) -> Result) -> Result {
        var values = flatMap(\.value)
        return unsafe values.withUnsafeMutableBytes { octets in
            var offset = 0
            var template = unsafe map { attribute in
                defer { offset += attribute.value.count }
                return unsafe ck_attribute(
                    type: attribute.type.rawValue, value: octets.baseAddress.map { unsafe $0 + offset },
                    value_len: UInt(attribute.value.count))
            }
            return unsafe template.withUnsafeMutableBufferPointer { unsafe body($0.baseAddress, UInt($0.count)) }
        }
    }
}
