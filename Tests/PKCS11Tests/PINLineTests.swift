import Foundation
import PKCS11
import Testing

/// PINs that come as lines, and whether two are the same.
@Suite("a PIN that is typed")
struct PINLineTests {
    private func pin(_ text: String) throws -> PIN {
        let pipe = Pipe()
        try pipe.fileHandleForWriting.write(contentsOf: Data(text.utf8))
        try pipe.fileHandleForWriting.close()
        return try PIN(readingLineOf: pipe.fileHandleForReading.fileDescriptor)
    }

    @Test("ends with its line, whose end is not part of it", arguments: ["1234\n", "1234\r", "1234\nmore"])
    func line(_ text: String) throws {
        let expected = try PIN(copying: Array("1234".utf8))
        let isSame = try pin(text).isSame(as: expected)
        #expect(isSame)
    }

    @Test(
        "is none when the line is empty, was broken off, or has no end",
        arguments: ["\n", "", "12\u{3}", "12\u{4}", "12"])
    func none(_ text: String) {
        #expect(throws: PKCS11Error.self) { _ = try pin(text) }
    }

    @Test("is none when it is too long")
    func long() throws {
        #expect(throws: PKCS11Error.self) { _ = try pin(String(repeating: "1", count: PIN.maximumSize + 1) + "\n") }
        _ = try pin(String(repeating: "1", count: PIN.maximumSize) + "\n")
    }

    @Test(
        "can be corrected while it is typed, a whole character at a time",
        arguments: ["12345\u{7f}\n", "125\u{8}34\n", "\u{7f}1234\n", "9999\u{15}1234\n", "12ü\u{7f}34\n"])
    func corrected(_ text: String) throws {
        let expected = try PIN(copying: Array("1234".utf8))
        let isSame = try pin(text).isSame(as: expected)
        #expect(isSame)
    }

    @Test("differs from another", arguments: ["1234", "12345", "123", "x234", "1235"])
    func difference(_ text: String) throws {
        let one = try PIN(copying: Array("1234".utf8))
        let other = try PIN(copying: Array(text.utf8))
        let isSame = one.isSame(as: other)
        #expect(isSame == (text == "1234"))
    }
}
