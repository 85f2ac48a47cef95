import Issuance
import Testing

@Suite("PEM")
struct PEMTests {
    @Test("is written in lines of 64 characters that end in LF", arguments: 0...200)
    func writesLinesOf64(size: Int) throws {
        let der = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 37) }
        let lines = PEM.encode(der, label: "CERTIFICATE").split(separator: "\n", omittingEmptySubsequences: false)
        #expect(lines.first == "-----BEGIN CERTIFICATE-----")
        #expect(lines.suffix(2) == ["-----END CERTIFICATE-----", ""])
        let body = lines.dropFirst().dropLast(2)
        #expect(body.dropLast().allSatisfy { $0.utf8.count == 64 })
        #expect(body.last.map { (1...64).contains($0.utf8.count) } ?? (size == 0))
        #expect(body.joined().utf8.count == (size + 2) / 3 * 4)
        guard size > 0 else { return }
        let text = PEM.encode(der, label: "CERTIFICATE")
        #expect(try PEM.decode(text) == [PEMBlock(label: "CERTIFICATE", der: der)])
        #expect(try PEM.decode(text.replacing("\n", with: "\r\n")) == [PEMBlock(label: "CERTIFICATE", der: der)])
    }

    @Test(
        "encodes the test vectors of RFC 4648 § 10",
        arguments: [
            ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="),
            ("foobar", "Zm9vYmFy"),
        ])
    func testVectors(text: String, base64: String) {
        #expect(PEM.encode(Array(text.utf8), label: "X") == "-----BEGIN X-----\n\(base64)\n-----END X-----\n")
    }

    @Test(
        "accepts what differs only in line lengths and white space around it",
        arguments: [
            "-----BEGIN X-----\nZm9vYmFy\n-----END X-----",
            "-----BEGIN X-----\nZ\nm9vYmF\ny\n-----END X-----\n",
            "\n \t\r\n-----BEGIN X-----\r\nZm9vYmFy\r\n-----END X-----\r\n\n  \n",
        ])
    func accepts(text: String) throws {
        #expect(try PEM.decodeOne(text, labels: ["Y", "X"]).der == Array("foobar".utf8))
    }

    @Test(
        "is refused by the name of its fault",
        arguments: [
            ("", PEMError.noBlock),
            ("  \n", .noBlock),
            ("Zm9v", .textOutside),
            ("subject=CN\n-----BEGIN X-----\nZm9v\n-----END X-----\n", .textOutside),
            ("-----BEGIN X-----\nZm9v\n-----END X-----\nmore", .textOutside),
            ("-----BEGIN X-----\nZm9v\n-----END X-----\u{0}", .malformedBoundary),
            ("-----BEGIN X-----\nZm9v\n-----END X-----\n\u{0}", .textOutside),
            ("-----BEGIN X-----\nZm9v\n-----END X-----\n-----BEGIN X-----\nZm9v\n-----END X-----\n", .severalBlocks),
            ("-----BEGIN Z-----\nZm9v\n-----END Z-----\n", .unexpectedLabel),
            ("-----BEGIN x-----\nZm9v\n-----END x-----\n", .malformedBoundary),
            ("-----BEGIN -----\nZm9v\n-----END -----\n", .malformedBoundary),
            ("-----BEGIN X----\nZm9v\n-----END X-----\n", .malformedBoundary),
            ("-----BEGIN X----- \nZm9v\n-----END X-----\n", .malformedBoundary),
            ("-----BEGIN X-----\nZm9v\n-----END X----\n", .malformedBoundary),
            ("-----BEGIN X-----\nZm9v\n---END X-----\n", .malformedBoundary),
            ("-----BEGIN X-----\nZm9v\n-----END Y-----\n", .labelsDiffer),
            ("-----BEGIN X-----\nZm9v\n", .endMissing),
            ("-----BEGIN X-----\nZm9v-----END X-----\n", .endMissing),
            ("-----BEGIN X-----\nZm9v\n-----BEGIN X-----\nZm9v\n-----END X-----\n", .endMissing),
            ("-----BEGIN X-----", .endMissing),
            ("-----BEGIN X-----\n-----END X-----\n", .empty),
            ("-----BEGIN X-----\nZm9*\n-----END X-----\n", .notBase64),
            ("-----BEGIN X-----\nZm9_\n-----END X-----\n", .notBase64),
            ("-----BEGIN X-----\nZm9ü\n-----END X-----\n", .notBase64),
            ("-----BEGIN X-----\nZm\r9v\n-----END X-----\n", .notBase64),
            ("-----BEGIN X-----\nProc-Type: 4\n\nZm9v\n-----END X-----\n", .notBase64),
            ("-----BEGIN X-----\nZm 9v\n-----END X-----\n", .whiteSpaceInside),
            ("-----BEGIN X-----\nZm9v \n-----END X-----\n", .whiteSpaceInside),
            ("-----BEGIN X-----\n\nZm9v\n-----END X-----\n", .whiteSpaceInside),
            ("-----BEGIN X-----\nZm9v\n\n-----END X-----\n", .whiteSpaceInside),
            ("-----BEGIN X-----\nZm9vY\n-----END X-----\n", .wrongPadding),
            ("-----BEGIN X-----\nZm9vYg\n-----END X-----\n", .wrongPadding),
            ("-----BEGIN X-----\nZm9vYg=\n-----END X-----\n", .wrongPadding),
            ("-----BEGIN X-----\nZm9vYg===\n-----END X-----\n", .wrongPadding),
            ("-----BEGIN X-----\nZm9v====\n-----END X-----\n", .wrongPadding),
            ("-----BEGIN X-----\nZg==Zg==\n-----END X-----\n", .wrongPadding),
            ("-----BEGIN X-----\nZm9vYh==\n-----END X-----\n", .trailingBits),
            ("-----BEGIN X-----\nZm9vYo==\n-----END X-----\n", .trailingBits),
            ("-----BEGIN X-----\nZm9vYmG=\n-----END X-----\n", .trailingBits),
            ("-----BEGIN X-----\nZm9vYmF=\n-----END X-----\n", .trailingBits),
        ])
    func refuses(text: String, fault: PEMError) {
        #expect(throws: fault) { try PEM.decodeOne(text, labels: ["X"]) }
    }

    @Test("of a chain may carry text between its blocks, where that is allowed")
    func chain() throws {
        let first = PEM.encode([1, 2, 3], label: "CERTIFICATE")
        let second = PEM.encode([4], label: "CERTIFICATE")
        let text = "subject=CN = a\n\(first)\nissuer=CN = b\n\(second)bye\n"
        #expect(try PEM.decode(text, surroundings: .anyText).map(\.der) == [[1, 2, 3], [4]])
        #expect(throws: PEMError.textOutside) { try PEM.decode(text) }
        #expect(try PEM.decode(first + second).map(\.der) == [[1, 2, 3], [4]])
        #expect(throws: PEMError.textOutside) {
            try PEM.decode("-----END CERTIFICATE-----\n\(first)", surroundings: .anyText)
        }
    }

    @Test("has a sentence for each fault")
    func descriptions() {
        #expect(Set(PEMError.allCases.map(\.description)).count == PEMError.allCases.count)
    }
}
