import SwiftASN1

extension CertificateExtension {
    /// Reads back an extension of the form that this service writes: what another issuer may add (policy qualifiers, CRL
    /// reasons) is an error here.
    init(_ kind: Kind, der: ArraySlice<UInt8>, isCritical: Bool) throws {
        let node = try DER.parse(der)
        switch kind {
        case .authorityKeyIdentifier:
            let identifier = try node.onlyChild()
            self = .authorityKeyIdentifier(
                Array(try identifier.primitive(.context(0))))
        case .subjectKeyIdentifier:
            self = .subjectKeyIdentifier(Array(try node.primitive(.octetString)))
        case .keyUsage:
            guard let usage = KeyUsage(bitStringContent: try node.primitive(.bitString)) else {
                throw ASN1Error.invalidASN1Object(reason: "not a named-bit list in its shortest form")
            }
            self = .keyUsage(usage)
        case .basicConstraints:
            self = .basicConstraints(try BasicConstraints(node))
        case .extendedKeyUsage:
            self = .extendedKeyUsage(
                try node.children().map { try ASN1ObjectIdentifier(derEncoded: $0) }, isCritical: isCritical)
        case .certificatePolicies:
            self = .certificatePolicies(
                try node.children().map { try ASN1ObjectIdentifier(derEncoded: try $0.onlyChild()) })
        case .subjectAlternativeName:
            self = .subjectAlternativeName(try node.children().map { try GeneralName($0) }, isCritical: isCritical)
        case .nameConstraints:
            self = .nameConstraints(try NameConstraints(node))
        case .cRLDistributionPoints:
            // One point, its DistributionPointName, that one's fullName.
            let names = try node.onlyChild().onlyChild().onlyChild(.context(0))
            self = .cRLDistributionPoints(try names.children(.context(0)).map { try $0.uri() })
        case .authorityInformationAccess:
            self = try Self.authorityInformationAccess(node)
        }
    }

    private static func authorityInformationAccess(_ node: ASN1Node) throws -> CertificateExtension {
        var (ocsp, caIssuers): ([String], [String]) = ([], [])
        let prefix: [UInt8] = [0x06, 8, 0x2b, 6, 1, 5, 5, 7, 48]
        for description in try node.children().map(\.self) {
            var nodes = try description.children()
            let method = try nodes.required().encodedBytes
            let location = try nodes.required().uri()
            guard method.dropLast().elementsEqual(prefix), nodes.next() == nil else {
                throw ASN1Error.invalidASN1Object(reason: "not an access description")
            }
            switch method.last {
            case 1: ocsp.append(location)
            case 2: caIssuers.append(location)
            default: throw ASN1Error.invalidASN1Object(reason: "an access method that is not written")
            }
        }
        return .authorityInformationAccess(ocsp: ocsp, caIssuers: caIssuers)
    }
}

extension CertificateExtension.BasicConstraints {
    init(_ node: ASN1Node) throws {
        var nodes = try node.children()
        guard let first = nodes.next() else {
            self = .leaf
            return
        }
        // A FALSE would be the DEFAULT, and a path length without cA means nothing (RFC 5280 § 4.2.1.9).
        guard try first.primitive(.boolean).elementsEqual([0xff]) else {
            throw ASN1Error.invalidASN1Object(reason: "a BOOLEAN that is not TRUE")
        }
        let pathLength = try nodes.next().map { try Int(derEncoded: $0) }
        guard nodes.next() == nil, pathLength.map({ $0 >= 0 }) ?? true else {
            throw ASN1Error.invalidASN1Object(reason: "not a path length")
        }
        self = .ca(pathLength: pathLength)
    }
}

extension GeneralName {
    init(_ node: ASN1Node) throws {
        guard node.identifier.tagClass == .contextSpecific else {
            throw ASN1Error.unexpectedFieldType(node.identifier)
        }
        switch node.identifier.tagNumber {
        case 1: self = .email(try node.ia5String())
        case 2: self = .dns(try node.ia5String())
        case 6: self = .uri(try node.ia5String())
        case 7: self = .ip(Array(try node.primitive(node.identifier)))
        case let tag: self = .unsupported(tag: tag)
        }
    }
}

extension ASN1Node {
    /// A primitive value under a context tag, in ASCII.
    func ia5String() throws -> String {
        let octets = try primitive(identifier)
        guard octets.allSatisfy({ $0 < 0x80 }) else { throw ASN1Error.invalidStringRepresentation(reason: "not IA5") }
        return String(decoding: octets, as: UTF8.self)
    }

    /// A GeneralName that is a URI.
    fileprivate func uri() throws -> String {
        guard isContext(6) else { throw ASN1Error.unexpectedFieldType(identifier) }
        return try ia5String()
    }
}
