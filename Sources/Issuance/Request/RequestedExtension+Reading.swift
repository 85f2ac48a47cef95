import DERCoding
package import SwiftASN1

extension RequestedExtension {
    /// The name of RFC 5280 § 4.2.1, or the OID.
    package static func name(of identifier: ASN1ObjectIdentifier) -> String {
        names[identifier] ?? identifier.dotted
    }

    private static let names: [ASN1ObjectIdentifier: String] = [
        .subjectKeyIdentifier: "subjectKeyIdentifier", .keyUsage: "keyUsage",
        .subjectAlternativeName: "subjectAlternativeName", .basicConstraints: "basicConstraints",
        .nameConstraints: "nameConstraints", .cRLDistributionPoints: "cRLDistributionPoints",
        .certificatePolicies: "certificatePolicies", .authorityKeyIdentifier: "authorityKeyIdentifier",
        .extendedKeyUsage: "extendedKeyUsage", .authorityInformationAccess: "authorityInformationAccess",
    ]

    /// ```
    /// Extension  ::=  SEQUENCE  {
    ///      extnID      OBJECT IDENTIFIER,
    ///      critical    BOOLEAN DEFAULT FALSE,
    ///      extnValue   OCTET STRING }
    /// ```
    /// RFC 5280 § 4.1. `nil` where its value is malformed, and a violation tells how.
    init?(
        identifier: ASN1ObjectIdentifier, rest: inout DERReader, at path: String, violations: inout [Violation]
    ) throws(DERError) {
        let isCritical = try rest.booleanDefaultFalse()
        let content = rest.reader(of: try rest.next(DERTag.octetString))
        try rest.finish()
        let before = violations.count
        do throws(DERError) {
            let value = try Self.value(of: identifier, content, at: path, violations: &violations)
            guard violations.count == before else { return nil }
            self.init(identifier: identifier, isCritical: isCritical, value: value)
        } catch {
            violations.append(Violation(.malformedExtension, at: path, "The extension is malformed: \(error)."))
            return nil
        }
    }

    private static func value(
        of identifier: ASN1ObjectIdentifier, _ content: DERReader, at path: String, violations: inout [Violation]
    ) throws(DERError) -> Value {
        switch identifier {
        case .subjectAlternativeName:
            .subjectAlternativeName(try alternativeNames(content, at: path, violations: &violations))
        case .keyUsage: .keyUsage(try keyUsage(content, at: path, violations: &violations))
        case .extendedKeyUsage: .extendedKeyUsage(try purposes(content))
        case .basicConstraints: try basicConstraints(content, at: path, violations: &violations)
        case .subjectKeyIdentifier: try keyIdentifier(content)
        default: .other
        }
    }

    /// `GeneralNames ::= SEQUENCE SIZE (1..MAX) OF GeneralName` (RFC 5280 § 4.2.1.6).
    private static func alternativeNames(
        _ content: DERReader, at path: String, violations: inout [Violation]
    ) throws(DERError) -> [GeneralName] {
        var content = content
        var list = try content.sequence()
        try content.finish()
        guard !list.isAtEnd else { throw .emptySequence }
        var names: [GeneralName] = []
        var index = 0
        while !list.isAtEnd {
            let element = try list.next()
            if let name = try GeneralName(
                reading: element, of: list, at: "\(path)[\(index)]", violations: &violations)
            {
                names.append(name)
            }
            index += 1
        }
        return names
    }

    /// A BIT STRING of named bits: no zeros at its end (X.690 § 11.2.2), no bit beyond the ninth, and at least one set
    /// (RFC 5280 § 4.2.1.3).
    private static func keyUsage(
        _ content: DERReader, at path: String, violations: inout [Violation]
    ) throws(DERError) -> KeyUsage {
        var content = content
        let (octets, unusedBits) = try content.bitString()
        try content.finish()
        guard let last = octets.last else {
            violations.append(
                Violation(.emptyKeyUsage, at: path, "The key usage names no use; name one, or leave it out."))
            return []
        }
        guard last.trailingZeroBitCount == unusedBits else {
            violations.append(
                Violation(
                    .malformedExtension, at: path,
                    "The key usage has zero bits at its end, which DER leaves out; GnuTLS before 3.7.2 writes them, and an upgrade helps."
                ))
            return []
        }
        guard octets.count * 8 - unusedBits <= KeyUsage.named.count else { throw .invalidBitString }
        var usage: KeyUsage = []
        for (index, octet) in octets.enumerated() {
            for bit in 0..<8 where octet & (0x80 >> UInt8(bit)) != 0 {
                usage.insert(KeyUsage(rawValue: 1 << UInt16(index * 8 + bit)))
            }
        }
        return usage
    }

    /// `ExtKeyUsageSyntax ::= SEQUENCE SIZE (1..MAX) OF KeyPurposeId` (RFC 5280 § 4.2.1.12).
    private static func purposes(_ content: DERReader) throws(DERError) -> [ASN1ObjectIdentifier] {
        var content = content
        var list = try content.sequence()
        try content.finish()
        guard !list.isAtEnd else { throw .emptySequence }
        var purposes: [ASN1ObjectIdentifier] = []
        while !list.isAtEnd { purposes.append(try list.objectIdentifier()) }
        return purposes
    }

    /// ```
    /// BasicConstraints ::= SEQUENCE {
    ///      cA                BOOLEAN DEFAULT FALSE,
    ///      pathLenConstraint INTEGER (0..MAX) OPTIONAL }
    /// ```
    /// RFC 5280 § 4.2.1.9.
    private static func basicConstraints(
        _ content: DERReader, at path: String, violations: inout [Violation]
    ) throws(DERError) -> Value {
        var content = content
        var parts = try content.sequence()
        try content.finish()
        let isCA = try parts.booleanDefaultFalse()
        var pathLength: Int?
        if !parts.isAtEnd {
            let octets = try parts.integer()
            // Longer than any chain, and negative ones, are none.
            guard octets.count <= 4, let first = octets.first, first < 0x80 else { throw .invalidInteger }
            pathLength = octets.reduce(0) { $0 << 8 | Int($1) }
        }
        try parts.finish()
        if pathLength != nil, !isCA {
            violations.append(
                Violation(.pathLengthWithoutCA, at: path, "A path length is only for a CA; leave it out."))
        }
        return .basicConstraints(isCA: isCA, pathLength: pathLength)
    }

    /// `KeyIdentifier ::= OCTET STRING` (RFC 5280 § 4.2.1.2).
    private static func keyIdentifier(_ content: DERReader) throws(DERError) -> Value {
        var content = content
        _ = try content.next(DERTag.octetString)
        try content.finish()
        return .subjectKeyIdentifier
    }
}
