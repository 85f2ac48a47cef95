import DERCoding

extension CertificateExtension {
    /// Reads back an extension of the form that this service writes: what another issuer may add (policy qualifiers, CRL
    /// reasons) is an error here.
    ///
    /// - Parameter content: walks over the contents of `extnValue`.
    init(_ kind: Kind, _ content: DERReader, isCritical: Bool) throws(DERError) {
        var content = content
        switch kind {
        case .authorityKeyIdentifier:
            var fields = try content.sequence()
            self = .authorityKeyIdentifier(Array(fields.contents(try fields.next(DERTag.context(0)))))
            try fields.finish()
        case .subjectKeyIdentifier:
            self = .subjectKeyIdentifier(Array(content.contents(try content.next(DERTag.octetString))))
        case .keyUsage:
            let bits = content.contents(try content.next(DERTag.bitString))
            guard let usage = KeyUsage(bitStringContent: bits) else { throw .invalidBitString }
            self = .keyUsage(usage)
        case .basicConstraints:
            self = .basicConstraints(try BasicConstraints(content.sequence()))
        case .extendedKeyUsage:
            self = .extendedKeyUsage(
                try content.list { elements throws(DERError) in try elements.objectIdentifier() },
                isCritical: isCritical)
        case .certificatePolicies:
            self = .certificatePolicies(
                try content.list { elements throws(DERError) in
                    var policy = try elements.sequence()
                    let identifier = try policy.objectIdentifier()
                    try policy.finish()
                    return identifier
                })
        case .subjectAlternativeName:
            self = .subjectAlternativeName(
                try content.list { elements throws(DERError) in try GeneralName(&elements) }, isCritical: isCritical)
        case .nameConstraints:
            self = .nameConstraints(try NameConstraints(content.sequence()))
        case .cRLDistributionPoints:
            self = .cRLDistributionPoints(try Self.distributionPoint(&content))
        case .authorityInformationAccess:
            self = try Self.authorityInformationAccess(&content)
        }
        try content.finish()
    }

    /// One point, its DistributionPointName, that one's fullName (RFC 5280 § 4.2.1.13).
    private static func distributionPoint(_ content: inout DERReader) throws(DERError) -> [String] {
        var points = try content.sequence()
        var point = try points.sequence()
        try points.finish()
        var name = point.reader(of: try point.next(DERTag.constructedContext(0)))
        try point.finish()
        let fullName = try name.next(DERTag.constructedContext(0))
        try name.finish()
        return try name.list(in: fullName) { elements throws(DERError) in try elements.uri() }
    }

    private static func authorityInformationAccess(
        _ content: inout DERReader
    ) throws(DERError) -> CertificateExtension {
        var (ocsp, caIssuers): ([String], [String]) = ([], [])
        var descriptions = try content.sequence()
        while !descriptions.isAtEnd {
            var description = try descriptions.sequence()
            let method = description.contents(try description.next(DERTag.objectIdentifier))
            let location = try description.uri()
            try description.finish()
            guard method.dropLast().elementsEqual(accessMethods) else { throw .unexpectedValue }
            switch method.last {
            case 1: ocsp.append(location)
            case 2: caIssuers.append(location)
            default: throw .unexpectedValue
            }
        }
        return .authorityInformationAccess(ocsp: ocsp, caIssuers: caIssuers)
    }

    /// The contents of id-ad, 1.3.6.1.5.5.7.48.
    private static let accessMethods: [UInt8] = [0x2b, 6, 1, 5, 5, 7, 48]
}

extension CertificateExtension.BasicConstraints {
    fileprivate init(_ fields: consuming DERReader) throws(DERError) {
        guard !fields.isAtEnd else {
            self = .leaf
            return
        }
        // A FALSE would be the DEFAULT, and a path length without cA means nothing (RFC 5280 § 4.2.1.9).
        guard try fields.booleanDefaultFalse() else { throw .unexpectedTag }
        guard !fields.isAtEnd else {
            self = .ca(pathLength: nil)
            return
        }
        let octets = try fields.integer()
        try fields.finish()
        guard octets.count <= 8, let first = octets.first, first < 0x80 else { throw .invalidInteger }
        self = .ca(pathLength: octets.reduce(0) { $0 << 8 | Int($1) })
    }
}

extension GeneralName {
    init(_ reader: inout DERReader) throws(DERError) {
        let element = try reader.next()
        let octets = reader.contents(element)
        switch element.identifier {
        case DERTag.context(1): self = .email(try octets.ia5String())
        case DERTag.context(2): self = .dns(try octets.ia5String())
        case DERTag.context(6): self = .uri(try octets.ia5String())
        case DERTag.context(7): self = .ip(Array(octets))
        case 0xa0, 0xa3, 0xa4, 0xa5, 0x88:
            try reader.checkContents(of: element)
            self = .unsupported(tag: UInt(element.identifier & 0x1f))
        default: throw .unexpectedTag
        }
    }
}

extension DERReader {
    /// What a SEQUENCE OF holds, each read by `read`.
    fileprivate mutating func list<T>(
        _ read: (inout DERReader) throws(DERError) -> T
    ) throws(DERError) -> [T] {
        try list(in: next(DERTag.sequence), read)
    }

    fileprivate func list<T>(
        in element: DERElement, _ read: (inout DERReader) throws(DERError) -> T
    ) throws(DERError) -> [T] {
        var (elements, list) = (reader(of: element), [T]())
        while !elements.isAtEnd { list.append(try read(&elements)) }
        return list
    }

    /// A GeneralName that is a URI.
    fileprivate mutating func uri() throws(DERError) -> String {
        try contents(next(DERTag.context(6))).ia5String()
    }
}

extension ArraySlice<UInt8> {
    /// The contents of an IA5String, which is ASCII.
    func ia5String() throws(DERError) -> String {
        guard allSatisfy({ $0 < 0x80 }) else { throw .invalidString }
        return String(decoding: self, as: UTF8.self)
    }
}
