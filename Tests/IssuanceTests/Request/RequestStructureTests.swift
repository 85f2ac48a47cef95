import Crypto
import Issuance
import PublicKeys
import SwiftASN1
import TestSupport
import Testing

@Suite("The structure of a request")
struct RequestStructureTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let violations: [String]
        let spoil: @Sendable (inout RequestBuilder) -> Void

        init(_ name: String, _ violations: [String], _ spoil: @escaping @Sendable (inout RequestBuilder) -> Void) {
            testDescription = name
            self.violations = violations
            self.spoil = spoil
        }
    }

    private static let malformed = ["requestDER csr"]
    private static let challenge = DERBuilder.sequence(
        DERBuilder.objectIdentifier(1, 2, 840, 113549, 1, 9, 7), DERBuilder.set(DERBuilder.text(0x0c, "secret")))
    private static let unstructuredName = DERBuilder.sequence(
        DERBuilder.objectIdentifier(1, 2, 840, 113549, 1, 9, 2), DERBuilder.set(DERBuilder.text(0x0c, "a")))

    static let cases: [Case] = [
        Case("sound", []) { _ in },
        Case("octets after the signature", malformed) { $0.afterSignature = [0x05, 0x00] },
        Case("octets after the attributes", malformed) { $0.afterInformation = [0x05, 0x00] },
        Case("no attributes element", malformed) { $0.attributes = nil },
        Case("version 1", ["requestVersion csr.version"]) { $0.version = DERBuilder.integer([1]) },
        Case("version 2, old Certbot's", ["requestVersion csr.version"]) { $0.version = DERBuilder.integer([2]) },
        Case("version −1", ["requestVersion csr.version"]) { $0.version = [0x02, 0x01, 0xff] },
        Case("version 2^64", ["requestVersion csr.version"]) {
            $0.version = DERBuilder.integer([1, 0, 0, 0, 0, 0, 0, 0, 0])
        },
        Case("a padded version", malformed) { $0.version = [0x02, 0x02, 0x00, 0x00] },
        Case("a version of another type", malformed) { $0.version = [0x0a, 0x01, 0x00] },
        Case("a subject of indefinite length", malformed) { $0.subject = [0x30, 0x80, 0x00, 0x00] },
        Case("a subject that is a SET", malformed) { $0.subject = [0x31, 0x00] },
        Case("an RDN of another type", ["requestDER csr.subject"]) { $0.subject = DERBuilder.sequence([0x30, 0x00]) },
        Case("an empty RDN", ["requestDER csr.subject"]) { $0.subject = DERBuilder.sequence([0x31, 0x00]) },
        Case("an attribute of the subject with a padded OID", ["requestDER csr.subject"]) {
            $0.subject = DERBuilder.sequence(
                DERBuilder.set(
                    DERBuilder.sequence([0x06, 0x04, 0x55, 0x04, 0x80, 0x03], DERBuilder.text(0x0c, "a"))))
        },
        Case("an attribute of the subject with an overflowing OID", ["requestDER csr.subject"]) {
            $0.subject = DERBuilder.sequence(
                DERBuilder.set(
                    DERBuilder.sequence(
                        DERBuilder.element(0x06, [0x55, 0x04] + [UInt8](repeating: 0xff, count: 10) + [0x03]),
                        DERBuilder.text(0x0c, "a"))))
        },
        Case("an attribute of the subject with a third part", ["requestDER csr.subject"]) {
            $0.subject = DERBuilder.sequence(
                DERBuilder.set(
                    DERBuilder.sequence(
                        DERBuilder.objectIdentifier(2, 5, 4, 3), DERBuilder.text(0x0c, "a"), [0x05, 0x00])))
        },
        Case("an RDN that is not sorted", ["requestDER csr.subject"]) {
            $0.subject = DERBuilder.sequence(
                DERBuilder.set(
                    RequestBuilder.attribute("O", 0x0c, [0x62]), RequestBuilder.attribute("CN", 0x0c, [0x61])))
        },
        Case("one attribute twice in an RDN", ["requestDER csr.subject"]) {
            $0.subject = DERBuilder.sequence(
                DERBuilder.set(
                    RequestBuilder.attribute("CN", 0x0c, [0x61]), RequestBuilder.attribute("CN", 0x0c, [0x61])))
        },
        Case("two values of one type in an RDN", ["subjectRepeatedType csr.subject.CN"]) {
            $0.subject = DERBuilder.sequence(
                DERBuilder.set(
                    RequestBuilder.attribute("CN", 0x0c, [0x61]), RequestBuilder.attribute("CN", 0x0c, [0x62])))
        },
        Case("a challenge password", []) { $0.attributes = [challenge] },
        Case("attributes that are not sorted", malformed) {
            $0.attributes = [RequestBuilder.extensionRequest([RequestBuilder.ext([1, 2, 3], [])]), challenge]
        },
        Case("an attribute twice, to the byte", malformed) { $0.attributes = [challenge, challenge] },
        Case("an attribute of no value", ["attributeValueCount csr.attributes.challengePassword"]) {
            $0.attributes = [
                DERBuilder.sequence(DERBuilder.objectIdentifier(1, 2, 840, 113549, 1, 9, 7), DERBuilder.set())
            ]
        },
        Case("an attribute of two values", ["attributeValueCount csr.attributes.extensionRequest"]) {
            let value = DERBuilder.sequence(RequestBuilder.ext([1, 2, 3], []))
            let other = DERBuilder.sequence(RequestBuilder.ext([1, 2, 4], []))
            $0.attributes = [DERBuilder.sequence(RequestBuilder.extensionRequestType, DERBuilder.set(value, other))]
        },
        Case("two requests for extensions", ["duplicateAttribute csr.attributes.extensionRequest"]) {
            $0.attributes = [
                RequestBuilder.extensionRequest([RequestBuilder.ext([1, 2, 3], [])]),
                RequestBuilder.extensionRequest([RequestBuilder.ext([1, 2, 4], [])]),
            ]
        },
        Case("an attribute whose value is cut off within", malformed) {
            $0.attributes = [
                DERBuilder.sequence(
                    DERBuilder.objectIdentifier(1, 2, 3), DERBuilder.set(DERBuilder.sequence([0x04, 0x09, 0x00])))
            ]
        },
        Case("an attribute that is no SEQUENCE", malformed) { $0.attributes = [[0x05, 0x00]] },
    ]

    @Test("breaks the rule that it spoils, and no other", arguments: cases)
    func rules(spoilt: Case) throws {
        var builder = RequestBuilder()
        spoilt.spoil(&builder)
        #expect(try builder.violations() == spoilt.violations)
    }

    @Test("is read into its parts, byte for byte")
    func parts() throws {
        var builder = RequestBuilder()
        builder.attributes = [
            Self.unstructuredName, Self.challenge,
            RequestBuilder.extensionRequest([RequestBuilder.ext([1, 2, 3, 4], [0xff, 0xff])]),
        ]
        let der = try builder.der()
        let request = try CertificateRequest(verifyingDER: der, policy: KeyPolicy())
        #expect(request.der == der)
        #expect(request.subject.der == builder.subject)
        #expect(request.publicKey.subjectPublicKeyInfo == builder.publicKeyInfo)
        #expect(request.otherAttributes == [[1, 2, 840, 113549, 1, 9, 2]])
        // What an unknown extension holds is never read.
        #expect(
            request.extensions == [RequestedExtension(identifier: [1, 2, 3, 4], isCritical: false, value: .other)])
    }

    @Test("an unknown attribute is named, not refused: that is for the profile")
    func unknownAttributes() throws {
        var builder = RequestBuilder()
        builder.attributes = [
            DERBuilder.sequence(
                DERBuilder.objectIdentifier(1, 3, 6, 1, 4, 1, 311, 13, 2, 3),
                DERBuilder.set(DERBuilder.text(0x16, "10.0.20348.2")))
        ]
        #expect(try builder.request().otherAttributes == [[1, 3, 6, 1, 4, 1, 311, 13, 2, 3]])
    }

    @Test("every fault of the PEM is one rule, and its message names the fault", arguments: PEMError.allCases)
    func pem(fault: PEMError) throws {
        let body = try RequestBuilder().pem()
        let text =
            switch fault {
            case .noBlock: ""
            case .severalBlocks: body + body
            case .textOutside: body + "x"
            case .unexpectedLabel: body.replacing("CERTIFICATE REQUEST", with: "CERTIFICATE")
            case .malformedBoundary: body.replacing("REQUEST-----", with: "REQUEST----")
            case .labelsDiffer: body.replacing("END CERTIFICATE REQUEST", with: "END CERTIFICATE")
            case .endMissing: String(body.prefix(100))
            case .empty: "-----BEGIN CERTIFICATE REQUEST-----\n-----END CERTIFICATE REQUEST-----\n"
            case .notBase64: body.replacing("\nMI", with: "\nM*")
            case .whiteSpaceInside: body.replacing("\nMI", with: "\n MI")
            case .wrongPadding: body.replacing("\nMI", with: "\nM=")
            case .trailingBits:
                PEM.encode([1], label: "CERTIFICATE REQUEST").replacing("AQ==", with: "AR==")
            }
        do {
            _ = try CertificateRequest(verifying: text, policy: KeyPolicy())
            Issue.record("accepted")
        } catch {
            guard case .refused(let violations) = error else { throw error }
            #expect(violations.map(\.rule) == [.requestPEM])
            #expect(violations.first?.message.contains(fault.description) == true)
        }
    }

    @Test("whose tool writes a description in front of it is told how the tool leaves it out")
    func description() throws {
        let text = "PKCS #10 Certificate Request Information:\n\tVersion: 1\n\n" + (try RequestBuilder().pem())
        let error = #expect(throws: IssuanceError.self) { try CertificateRequest(verifying: text, policy: KeyPolicy()) }
        guard case .refused(let violations) = error else { return }
        #expect(violations.first?.message.contains("certtool --no-text") == true)
    }

    @Test("the older label is taken too")
    func newCertificateRequest() throws {
        let text = try RequestBuilder().pem().replacing("CERTIFICATE REQUEST", with: "NEW CERTIFICATE REQUEST")
        _ = try CertificateRequest(verifying: text, policy: KeyPolicy())
    }

    @Test("what can be read is judged all at once: subject, extensions, version, key and signature")
    func allAtOnce() throws {
        var builder = RequestBuilder(extensions: RequestBuilder.alternativeNames([0x82, 0x00], [0x87, 0x01, 0x0a]))
        builder.version = DERBuilder.integer([2])
        builder.subject = RequestBuilder.name(("C", 0x13, "Germany"), ("CN", 0x1e, "ab"))
        let sign = builder.sign
        builder.sign = { try sign($0 + [0]) }
        let blocked = Array(SHA256.hash(data: builder.publicKeyInfo))
        #expect(
            try builder.violations(policy: KeyPolicy(blockedKeys: [blocked])) == [
                "requestVersion csr.version", "subjectLength csr.subject.C", "subjectStringType csr.subject.CN",
                "emptyAlternativeName csr.extensions.subjectAlternativeName[0]",
                "ipAddressLength csr.extensions.subjectAlternativeName[1]", "selfSignature csr.signature",
                "blockedKey csr.publicKey",
            ])
    }

    @Test("the rules are listed, each once by its name and with its source")
    func listed() {
        #expect(Set(Rule.request.map(\.name)).count == Rule.request.count)
        #expect(Rule.request.allSatisfy { !$0.source.isEmpty })
    }
}
