import Issuance
import SwiftASN1
import TestSupport
import Testing

@Suite("The extensions that a request asks for")
struct RequestExtensionTests {
    private static func violations(_ extensions: [UInt8]...) throws -> [String] {
        var builder = RequestBuilder()
        builder.attributes = [RequestBuilder.extensionRequest(extensions)]
        return try builder.violations()
    }

    private static func value(_ requested: [UInt8]) throws -> RequestedExtension.Value? {
        try RequestBuilder(extensions: requested).request().extensions.first?.value
    }

    @Test("alternative names keep their kinds and their order")
    func alternativeNames() throws {
        let names = RequestBuilder.alternativeNames(
            DERBuilder.text(0x82, "b.example"), DERBuilder.text(0x82, "*.A.example"),
            DERBuilder.text(0x81, "x@y.example"),
            DERBuilder.text(0x86, "https://a.example/"), DERBuilder.element(0x87, [10, 0, 0, 1]),
            DERBuilder.element(0x87, [UInt8](repeating: 1, count: 16)),
            DERBuilder.element(0xa0, DERBuilder.objectIdentifier(1, 2, 3), DERBuilder.element(0xa0, [0x05, 0x00])),
            DERBuilder.element(0xa4, [0x30, 0x00]), DERBuilder.element(0x88, [0x2a, 0x03]))
        #expect(
            try Self.value(names)
                == .subjectAlternativeName([
                    .dns("b.example"), .dns("*.A.example"), .email("x@y.example"), .uri("https://a.example/"),
                    .ip([10, 0, 0, 1]), .ip([UInt8](repeating: 1, count: 16)), .unsupported(tag: 0),
                    .unsupported(tag: 4), .unsupported(tag: 8),
                ]))
    }

    @Test(
        "an alternative name that is none is refused by its place",
        arguments: [
            (DERBuilder.element(0x82, []), "emptyAlternativeName csr.extensions.subjectAlternativeName[1]"),
            (DERBuilder.text(0x82, "a\u{0}b"), "alternativeNameCharacters csr.extensions.subjectAlternativeName[1]"),
            (DERBuilder.text(0x82, "a\nb"), "alternativeNameCharacters csr.extensions.subjectAlternativeName[1]"),
            (DERBuilder.text(0x82, "ä.example"), "alternativeNameCharacters csr.extensions.subjectAlternativeName[1]"),
            (
                DERBuilder.text(0x81, "ä@b.example"),
                "alternativeNameCharacters csr.extensions.subjectAlternativeName[1]"
            ),
            (DERBuilder.text(0x86, "http://ä"), "alternativeNameCharacters csr.extensions.subjectAlternativeName[1]"),
            (DERBuilder.element(0x81, [0x7f]), "alternativeNameCharacters csr.extensions.subjectAlternativeName[1]"),
            (DERBuilder.element(0x87, []), "ipAddressLength csr.extensions.subjectAlternativeName[1]"),
            (DERBuilder.element(0x87, [1, 2, 3]), "ipAddressLength csr.extensions.subjectAlternativeName[1]"),
            (
                DERBuilder.element(0x87, [1, 2, 3, 4, 255, 255, 255, 0]),
                "ipAddressLength csr.extensions.subjectAlternativeName[1]"
            ),
            (DERBuilder.text(0x87, "10.0.0.1"), "ipAddressLength csr.extensions.subjectAlternativeName[1]"),
            (DERBuilder.element(0x89, []), "malformedExtension csr.extensions.subjectAlternativeName"),
            (DERBuilder.element(0xa2, []), "malformedExtension csr.extensions.subjectAlternativeName"),
            (DERBuilder.element(0x80, []), "malformedExtension csr.extensions.subjectAlternativeName"),
            (DERBuilder.text(0x0c, "a.example"), "malformedExtension csr.extensions.subjectAlternativeName"),
            ([0x82, 0x7f, 0x61], "malformedExtension csr.extensions.subjectAlternativeName"),
            (DERBuilder.element(0xa0, [0x06, 0x09]), "malformedExtension csr.extensions.subjectAlternativeName"),
        ] as [([UInt8], String)])
    func badNames(name: [UInt8], violation: String) throws {
        #expect(try Self.violations(RequestBuilder.alternativeNames(DERBuilder.text(0x82, "a"), name)) == [violation])
    }

    @Test("every one of the 512 key usages is read, and in no form but DER's", arguments: 0..<512)
    func keyUsages(bits: UInt16) throws {
        let usage = KeyUsage(rawValue: bits)
        // Bit 0 is the first octet's highest.
        var octets: [UInt8] = [0, 0]
        for bit in 0..<9 where bits & (1 << UInt16(bit)) != 0 { octets[bit / 8] |= 0x80 >> UInt8(bit % 8) }
        if octets[1] == 0 { octets.removeLast() }
        if octets == [0] { octets = [] }
        let unusedBits = UInt8(octets.last?.trailingZeroBitCount ?? 0)
        let minimal = RequestBuilder.keyUsage(DERBuilder.bitString(octets, unusedBits: unusedBits))
        guard bits != 0 else {
            #expect(try Self.violations(minimal) == ["emptyKeyUsage csr.extensions.keyUsage"])
            return
        }
        #expect(try Self.value(minimal) == .keyUsage(usage))
        if unusedBits > 0 {
            let padded = RequestBuilder.keyUsage(DERBuilder.bitString(octets, unusedBits: unusedBits - 1))
            #expect(try Self.violations(padded) == ["malformedExtension csr.extensions.keyUsage"])
        }
        let longer = RequestBuilder.keyUsage(DERBuilder.bitString(octets + [0]))
        #expect(try Self.violations(longer) == ["malformedExtension csr.extensions.keyUsage"])
    }

    @Test(
        "a key usage with zero bits at its end is told of the program that is known to write so",
        arguments: [[0x07, 0xa0, 0x00], [0x07, 0x00, 0x00], [0x00, 0xa0], [0x04, 0xa0]] as [[UInt8]])
    func trailingZeroBits(content: [UInt8]) throws {
        let builder = RequestBuilder(extensions: RequestBuilder.keyUsage(DERBuilder.element(0x03, content)))
        let error = #expect(throws: IssuanceError.self) { try builder.request() }
        guard case .refused(let violations) = error else { return }
        #expect(violations.map(\.rule) == [.malformedExtension])
        #expect(
            violations.map(\.message) == [
                "The key usage has zero bits at its end, which DER leaves out; GnuTLS before 3.7.2 writes them, and an upgrade helps."
            ])
    }

    @Test(
        "a known extension that is malformed is refused by its name",
        arguments: [
            (RequestBuilder.keyUsage([0x03, 0x03, 0x06, 0x00, 0x40]), "malformedExtension csr.extensions.keyUsage"),
            (RequestBuilder.keyUsage([]), "malformedExtension csr.extensions.keyUsage"),
            (RequestBuilder.keyUsage([0x03, 0x02, 0x05, 0xa0, 0x00]), "malformedExtension csr.extensions.keyUsage"),
            (RequestBuilder.basicConstraints([]), "malformedExtension csr.extensions.basicConstraints"),
            (
                RequestBuilder.basicConstraints(DERBuilder.sequence([0x01, 0x01, 0x00])),
                "malformedExtension csr.extensions.basicConstraints"
            ),
            (
                RequestBuilder.basicConstraints(DERBuilder.sequence([0x01, 0x01, 0x01])),
                "malformedExtension csr.extensions.basicConstraints"
            ),
            (
                RequestBuilder.basicConstraints(DERBuilder.sequence([0x01, 0x01, 0xff], [0x02, 0x01, 0xff])),
                "malformedExtension csr.extensions.basicConstraints"
            ),
            (
                RequestBuilder.basicConstraints(DERBuilder.sequence([0x01, 0x01, 0xff], [0x02, 0x02, 0x00, 0x01])),
                "malformedExtension csr.extensions.basicConstraints"
            ),
            (
                RequestBuilder.basicConstraints(
                    DERBuilder.sequence([0x01, 0x01, 0xff], DERBuilder.integer([UInt8](repeating: 0x7f, count: 20)))),
                "malformedExtension csr.extensions.basicConstraints"
            ),
            (
                RequestBuilder.basicConstraints(
                    DERBuilder.sequence([0x01, 0x01, 0xff], [0x02, 0x01, 0x00], [0x05, 0x00])),
                "malformedExtension csr.extensions.basicConstraints"
            ),
            (
                RequestBuilder.basicConstraints(DERBuilder.sequence(DERBuilder.integer([0]))),
                "pathLengthWithoutCA csr.extensions.basicConstraints"
            ),
            (RequestBuilder.extendedKeyUsage([0x30, 0x00]), "malformedExtension csr.extensions.extendedKeyUsage"),
            (
                RequestBuilder.extendedKeyUsage(DERBuilder.sequence([0x05, 0x00])),
                "malformedExtension csr.extensions.extendedKeyUsage"
            ),
            (RequestBuilder.ext([2, 5, 29, 14], [1, 2]), "malformedExtension csr.extensions.subjectKeyIdentifier"),
            (
                RequestBuilder.ext([2, 5, 29, 17], [0x30, 0x00]),
                "malformedExtension csr.extensions.subjectAlternativeName"
            ),
            (
                RequestBuilder.ext([2, 5, 29, 17], [0x30, 0x00, 0x00]),
                "malformedExtension csr.extensions.subjectAlternativeName"
            ),
            (RequestBuilder.ext([1, 2, 3], critical: [0x01, 0x01, 0x00], []), "malformedExtension csr.extensions"),
            (RequestBuilder.ext([1, 2, 3], critical: [0x01, 0x01, 0x01], []), "malformedExtension csr.extensions"),
            (DERBuilder.sequence(DERBuilder.objectIdentifier(1, 2, 3)), "malformedExtension csr.extensions"),
            (
                DERBuilder.sequence(DERBuilder.objectIdentifier(1, 2, 3), DERBuilder.octetString([]), [0x05, 0x00]),
                "malformedExtension csr.extensions"
            ),
        ] as [([UInt8], String)])
    func malformed(requested: [UInt8], violation: String) throws {
        #expect(try Self.violations(requested) == [violation])
    }

    @Test("basic constraints, key purposes and a key identifier are read")
    func others() throws {
        #expect(
            try Self.value(RequestBuilder.basicConstraints([0x30, 0x00]))
                == .basicConstraints(isCA: false, pathLength: nil))
        #expect(
            try Self.value(RequestBuilder.basicConstraints(DERBuilder.sequence([0x01, 0x01, 0xff])))
                == .basicConstraints(isCA: true, pathLength: nil))
        #expect(
            try Self.value(
                RequestBuilder.basicConstraints(
                    DERBuilder.sequence([0x01, 0x01, 0xff], DERBuilder.integer([0x01, 0x00]))))
                == .basicConstraints(isCA: true, pathLength: 256))
        let purposes = DERBuilder.sequence(
            DERBuilder.objectIdentifier(1, 3, 6, 1, 5, 5, 7, 3, 1),
            DERBuilder.objectIdentifier(1, 3, 6, 1, 4, 1, 311, 20, 2, 2))
        #expect(
            try Self.value(RequestBuilder.extendedKeyUsage(purposes))
                == .extendedKeyUsage([[1, 3, 6, 1, 5, 5, 7, 3, 1], [1, 3, 6, 1, 4, 1, 311, 20, 2, 2]]))
        #expect(try Self.value(RequestBuilder.ext([2, 5, 29, 14], [0x04, 0x01, 0x07])) == .subjectKeyIdentifier)
    }

    @Test("criticality and order are kept")
    func criticality() throws {
        let request = try RequestBuilder(
            extensions: RequestBuilder.ext([1, 2, 3], critical: [0x01, 0x01, 0xff], [0xff]),
            RequestBuilder.keyUsage([0x03, 0x02, 0x07, 0x80])
        ).request()
        #expect(
            request.extensions == [
                RequestedExtension(identifier: [1, 2, 3], isCritical: true, value: .other),
                RequestedExtension(identifier: [2, 5, 29, 15], isCritical: false, value: .keyUsage(.digitalSignature)),
            ])
    }

    @Test("none stands there twice, known or not")
    func duplicates() throws {
        let usage = RequestBuilder.keyUsage([0x03, 0x02, 0x07, 0x80])
        #expect(try Self.violations(usage, usage) == ["duplicateExtension csr.extensions.keyUsage"])
        #expect(
            try Self.violations(RequestBuilder.ext([1, 2, 3], []), usage, RequestBuilder.ext([1, 2, 3], [1]))
                == ["duplicateExtension csr.extensions.1.2.3"])
    }

    @Test("a request for extensions that names none, or is no list, is refused")
    func emptyList() throws {
        #expect(try Self.violations() == ["malformedExtension csr.extensions"])
        var builder = RequestBuilder()
        builder.attributes = [DERBuilder.sequence(RequestBuilder.extensionRequestType, DERBuilder.set([0x05, 0x00]))]
        #expect(try builder.violations() == ["malformedExtension csr.extensions"])
    }

    @Test("several malformed ones are each named")
    func several() throws {
        #expect(
            try Self.violations(
                RequestBuilder.keyUsage([]), RequestBuilder.basicConstraints([]),
                RequestBuilder.ext([2, 5, 29, 14], []))
                == [
                    "malformedExtension csr.extensions.keyUsage", "malformedExtension csr.extensions.basicConstraints",
                    "malformedExtension csr.extensions.subjectKeyIdentifier",
                ])
    }
}
