/// The rules of a request by itself, before any profile is asked.
extension Rule {
    package static let requestPEM = Rule("requestPEM", "RFC 7468 § 3, § 7")
    package static let requestDER = Rule("requestDER", "RFC 2986 § 4, X.690 § 10")
    package static let requestVersion = Rule("requestVersion", "RFC 2986 § 4.1")

    package static let subjectStringType = Rule("subjectStringType", "RFC 5280 § 4.1.2.4")
    package static let subjectCharacters = Rule(
        "subjectCharacters", "RFC 5280 § 4.1.2.4, RFC 4518 § 2.2, § 2.4, X.680 § 41.4")
    package static let subjectLength = Rule("subjectLength", "RFC 5280 appendix A.1")
    package static let subjectEmptyValue = Rule("subjectEmptyValue", "RFC 5280 appendix A.1")
    package static let subjectCountry = Rule("subjectCountry", "RFC 5280 appendix A.1, ISO 3166-1")
    package static let subjectRepeatedType = Rule("subjectRepeatedType", "X.501 § 9.3")

    package static let attributeValueCount = Rule("attributeValueCount", "RFC 2985 § 5.4")
    package static let duplicateAttribute = Rule("duplicateAttribute", "RFC 2986 § 4.1")
    package static let duplicateExtension = Rule("duplicateExtension", "RFC 5280 § 4.2")
    package static let malformedExtension = Rule("malformedExtension", "RFC 5280 § 4.2.1")
    package static let emptyAlternativeName = Rule("emptyAlternativeName", "RFC 5280 § 4.2.1.6")
    package static let alternativeNameCharacters = Rule("alternativeNameCharacters", "RFC 5280 § 4.2.1.6")
    package static let ipAddressLength = Rule("ipAddressLength", "RFC 5280 § 4.2.1.6")
    package static let emptyKeyUsage = Rule("emptyKeyUsage", "RFC 5280 § 4.2.1.3")
    package static let pathLengthWithoutCA = Rule("pathLengthWithoutCA", "RFC 5280 § 4.2.1.9")

    package static let publicKeyMalformed = Rule("publicKeyMalformed", "RFC 5280 § 4.1.2.7")
    package static let publicKeyAlgorithm = Rule("publicKeyAlgorithm", "RFC 3279 § 2.3, RFC 5480 § 2, RFC 8410 § 3")
    package static let publicKeyCurve = Rule("publicKeyCurve", "RFC 5480 § 2.1.1.1, BR § 6.1.5")
    package static let unnamedCurve = Rule("unnamedCurve", "RFC 5480 § 2.1.1")
    package static let pointCompressed = Rule("pointCompressed", "RFC 5480 § 2.2, SEC 1 § 2.3.3")
    package static let pointAtInfinity = Rule("pointAtInfinity", "SEC 1 § 3.2.2.1")
    package static let pointLength = Rule("pointLength", "SEC 1 § 2.3.4, RFC 8410 § 4")
    package static let pointNotOnCurve = Rule("pointNotOnCurve", "SEC 1 § 3.2.2.1, BR § 6.1.6")
    package static let pointOfSmallOrder = Rule("pointOfSmallOrder", "RFC 8032 § 5.1")

    package static let signatureAlgorithm = Rule("signatureAlgorithm", "RFC 4055 § 5, RFC 5758 § 3.2, RFC 8410 § 3")
    package static let signaturePSS = Rule("signaturePSS", "RFC 2986 § 4.2, RFC 4055 § 3")
    package static let signatureWeakHash = Rule("signatureWeakHash", "BR § 7.1.3.2, RFC 6151, RFC 6194")
    package static let signatureAlgorithmMismatch = Rule("signatureAlgorithmMismatch", "RFC 2986 § 4.2")
    package static let selfSignature = Rule("selfSignature", "RFC 2986 § 3")

    package static let rsaModulusSize = Rule("rsaModulusSize", "BR § 6.1.5")
    package static let rsaExponent = Rule("rsaExponent", "BR § 6.1.6")
    package static let rsaSmallFactor = Rule("rsaSmallFactor", "BR § 6.1.6, NIST SP 800-89 § 5.3.3")
    package static let rsaROCA = Rule("rsaROCA", "CVE-2017-15361, BR § 4.9.1.1")
    package static let rsaFermat = Rule("rsaFermat", "CVE-2022-26320, BR § 6.1.1.3")
    package static let blockedKey = Rule("blockedKey", "BR § 6.1.1.3")

    /// All of them, in the order in which they are looked at.
    package static let request: [Rule] = [
        requestPEM, requestDER, requestVersion,
        subjectStringType, subjectCharacters, subjectLength, subjectEmptyValue, subjectCountry, subjectRepeatedType,
        attributeValueCount, duplicateAttribute, duplicateExtension, malformedExtension, emptyAlternativeName,
        alternativeNameCharacters, ipAddressLength, emptyKeyUsage, pathLengthWithoutCA,
        publicKeyMalformed, publicKeyAlgorithm, publicKeyCurve, unnamedCurve, pointCompressed, pointAtInfinity,
        pointLength, pointNotOnCurve, pointOfSmallOrder,
        signatureAlgorithm, signaturePSS, signatureWeakHash, signatureAlgorithmMismatch, selfSignature,
        rsaModulusSize, rsaExponent, rsaSmallFactor, rsaROCA, rsaFermat, blockedKey,
    ]
}
