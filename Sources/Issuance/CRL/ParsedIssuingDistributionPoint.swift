import DERCoding

/// ```
/// IssuingDistributionPoint ::= SEQUENCE {
///      distributionPoint          [0] DistributionPointName OPTIONAL,
///      onlyContainsUserCerts      [1] BOOLEAN DEFAULT FALSE,
///      onlyContainsCACerts        [2] BOOLEAN DEFAULT FALSE,
///      onlySomeReasons            [3] ReasonFlags OPTIONAL,
///      indirectCRL                [4] BOOLEAN DEFAULT FALSE,
///      onlyContainsAttributeCerts [5] BOOLEAN DEFAULT FALSE }
/// ```
/// RFC 5280 § 5.2.5, as any CA may write it.
struct ParsedIssuingDistributionPoint {
    /// Of the distributionPoint; `nil` where it is absent. One that is relative to the issuer's name is a name that we do not read.
    let names: [GeneralName]?
    let limits: Set<CRLLimit>

    var urls: [String] {
        (names ?? []).compactMap { if case .uri(let url) = $0 { url } else { nil } }
    }

    /// - Parameter content: walks over the contents of `extnValue`.
    init(_ content: consuming DERReader) throws(DERError) {
        var fields = try content.sequence()
        try content.finish()
        var limits: Set<CRLLimit> = []
        names = try fields.optional(DERTag.constructedContext(0))
            .map { tagged throws(DERError) in try Self.names(in: fields.reader(of: tagged)) }
        if names != nil { limits.insert(.distributionPoint) }
        if try fields.flag(1) { limits.insert(.onlyUserCertificates) }
        if try fields.flag(2) { limits.insert(.onlyCACertificates) }
        if try fields.optional(DERTag.context(3)) != nil { limits.insert(.onlySomeReasons) }
        if try fields.flag(4) { limits.insert(.indirect) }
        if try fields.flag(5) { limits.insert(.onlyAttributeCertificates) }
        try fields.finish()
        self.limits = limits
    }

    /// `DistributionPointName ::= CHOICE { fullName [0] GeneralNames, nameRelativeToCRLIssuer [1] RelativeDistinguishedName }`
    private static func names(in choice: consuming DERReader) throws(DERError) -> [GeneralName] {
        let name = try choice.next()
        try choice.finish()
        switch name.identifier {
        case DERTag.constructedContext(0):
            var (elements, names) = (choice.reader(of: name), [GeneralName]())
            while !elements.isAtEnd { names.append(try GeneralName(&elements)) }
            return names
        case DERTag.constructedContext(1):
            try choice.checkContents(of: name)
            return [.unsupported(tag: 1)]
        default: throw .unexpectedTag
        }
    }
}

extension DERReader {
    /// `[number] IMPLICIT BOOLEAN DEFAULT FALSE`: the default is not written (X.690 § 11.5).
    fileprivate mutating func flag(_ number: UInt8) throws(DERError) -> Bool {
        guard let element = try optional(DERTag.context(number)) else { return false }
        switch Array(contents(element)) {
        case [0xff]: return true
        case [0x00]: throw .defaultEncoded
        default: throw .invalidBoolean
        }
    }
}
