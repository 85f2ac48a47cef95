import DERCoding
import SwiftASN1

@testable import Issuance

extension DistinguishedName {
    /// One attribute an RDN, in the string type that the field asks for.
    init(_ fields: [(SubjectField, String)]) {
        let attributes = fields.map { field, value in
            let encoding: StringEncoding =
                switch field {
                case .country, .serialNumber: .printableString
                case .domainComponent, .emailAddress: .ia5String
                default: .utf8String
                }
            return Attribute(type: field.objectIdentifier, encoding: encoding, value: value)
        }
        self.init(rdns: attributes.map { [$0] })
    }

    init(rdns: [[Attribute]]) {
        var writer = DERWriter()
        writer.constructed(DERTag.sequence) { name in
            for attributes in rdns {
                name.constructed(DERTag.set) { relative in
                    for attribute in attributes {
                        relative.constructed(DERTag.sequence) { pair in
                            pair.objectIdentifier(attribute.type)
                            pair.primitive(attribute.encoding.identifier, attribute.value.utf8)
                        }
                    }
                }
            }
        }
        self.init(der: writer.octets, relativeNames: rdns)
    }

    static let empty = DistinguishedName([])
}

extension DistinguishedName.StringEncoding {
    fileprivate var identifier: UInt8 {
        switch self {
        case .utf8String: 0x0c
        case .printableString: 0x13
        case .ia5String: 0x16
        }
    }
}
