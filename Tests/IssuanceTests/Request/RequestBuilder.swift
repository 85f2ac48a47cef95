import Crypto
import Issuance
import TestSupport

/// Builds PKCS#10 requests part by part, so that a test can spoil just one of them.
struct RequestBuilder {
    var version: [UInt8] = DERBuilder.integer([0])
    var subject: [UInt8] = Self.name(("CN", 0x0c, "a.internal.example"))
    var publicKeyInfo: [UInt8]
    /// The contents of the `[0]` SET, each an Attribute; `nil` leaves the element out.
    var attributes: [[UInt8]]? = []
    var signatureAlgorithm: [UInt8] = Self.ecdsaWithSHA256
    /// What the key makes of the bytes to be signed.
    var sign: ([UInt8]) throws -> [UInt8]
    /// Behind the last part of the information, and of the request.
    var afterInformation: [UInt8] = []
    var afterSignature: [UInt8] = []

    static let ecdsaWithSHA256: [UInt8] = [0x30, 0x0a, 0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02]

    init() {
        let key = P256.Signing.PrivateKey()
        publicKeyInfo = Array(key.publicKey.derRepresentation)
        sign = { Array(try key.signature(for: $0).derRepresentation) }
    }

    /// With these extensions asked for.
    init(extensions: [UInt8]...) {
        self.init()
        attributes = [Self.extensionRequest(extensions)]
    }

    func der() throws -> [UInt8] {
        let information = DERBuilder.sequence(
            version, subject, publicKeyInfo, attributes.map { DERBuilder.element(0xa0, $0.flatMap(\.self)) } ?? [],
            afterInformation)
        return DERBuilder.sequence(
            information, signatureAlgorithm, DERBuilder.bitString(try sign(information)), afterSignature)
    }

    func pem() throws -> String { PEM.encode(try der(), label: "CERTIFICATE REQUEST") }

    func request(policy: KeyPolicy = KeyPolicy()) throws -> CertificateRequest {
        try CertificateRequest(verifying: try pem(), policy: policy)
    }

    /// Rule and path of every violation, `rule path`; none where the request is accepted.
    func violations(policy: KeyPolicy = KeyPolicy()) throws -> [String] {
        RequestBuilder.violations { _ = try request(policy: policy) }
    }

    static func violations(_ body: () throws -> Void) -> [String] {
        do {
            try body()
            return []
        } catch IssuanceError.refused(let violations) {
            return violations.map { "\($0.rule) \($0.path)" }
        } catch {
            return ["\(error)"]
        }
    }
}

extension RequestBuilder {
    private static let types: [String: [UInt]] = [
        "CN": [2, 5, 4, 3], "SN": [2, 5, 4, 4], "serialNumber": [2, 5, 4, 5], "C": [2, 5, 4, 6], "L": [2, 5, 4, 7],
        "ST": [2, 5, 4, 8], "street": [2, 5, 4, 9], "O": [2, 5, 4, 10], "OU": [2, 5, 4, 11], "title": [2, 5, 4, 12],
        "GN": [2, 5, 4, 42], "dnQualifier": [2, 5, 4, 46], "DC": [0, 9, 2342, 19_200_300, 100, 1, 25],
        "UID": [0, 9, 2342, 19_200_300, 100, 1, 1], "emailAddress": [1, 2, 840, 113549, 1, 9, 1],
        "unknown": [1, 3, 6, 1, 4, 1, 99_999, 1],
    ]

    /// An AttributeTypeAndValue with a value of any tag.
    static func attribute(_ type: String, _ tag: UInt8, _ value: [UInt8]) -> [UInt8] {
        DERBuilder.sequence(DERBuilder.objectIdentifier(types[type] ?? []), DERBuilder.element(tag, value))
    }

    /// A Name of an RDN each.
    static func name(_ attributes: (String, UInt8, String)...) -> [UInt8] {
        DERBuilder.element(
            0x30, attributes.flatMap { DERBuilder.set(attribute($0.0, $0.1, Array($0.2.utf8))) })
    }

    static func name(_ type: String, _ tag: UInt8, octets: [UInt8]) -> [UInt8] {
        DERBuilder.sequence(DERBuilder.set(attribute(type, tag, octets)))
    }

    static let extensionRequestType = DERBuilder.objectIdentifier(1, 2, 840, 113549, 1, 9, 14)

    /// The Attribute that asks for extensions.
    static func extensionRequest(_ extensions: [[UInt8]]) -> [UInt8] {
        DERBuilder.sequence(
            extensionRequestType, DERBuilder.set(DERBuilder.element(0x30, extensions.flatMap(\.self))))
    }

    /// An Extension; `critical` is the whole BOOLEAN.
    static func ext(_ identifier: [UInt], critical: [UInt8] = [], _ value: [UInt8]) -> [UInt8] {
        DERBuilder.sequence(DERBuilder.objectIdentifier(identifier), critical, DERBuilder.octetString(value))
    }

    static func alternativeNames(_ names: [UInt8]...) -> [UInt8] {
        ext([2, 5, 29, 17], DERBuilder.element(0x30, names.flatMap(\.self)))
    }

    static func keyUsage(_ bitString: [UInt8]) -> [UInt8] { ext([2, 5, 29, 15], bitString) }
    static func basicConstraints(_ contents: [UInt8]) -> [UInt8] { ext([2, 5, 29, 19], contents) }
    static func extendedKeyUsage(_ contents: [UInt8]) -> [UInt8] { ext([2, 5, 29, 37], contents) }
}
