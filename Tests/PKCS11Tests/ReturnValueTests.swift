import Glibc
import Testing

@testable import PKCS11

@Suite("Return values")
struct ReturnValueTests {
    @Test("Every CKR code of the installed header has its name")
    func headerNames() throws {
        let header = try #require(try? String(contentsOfHeader: "/usr/include/p11-kit-1/p11-kit/pkcs11.h"))
        var count = 0
        for line in header.split(separator: "\n")
        where line.hasPrefix("#define\tCKR_") || line.hasPrefix("#define CKR_") {
            let words = line.split { $0 == " " || $0 == "\t" }
            guard words.count == 3, let code = Self.number(words[2]) else { continue }
            #expect(ReturnValue(rawValue: code).name == String(words[1]))
            count += 1
        }
        #expect(count > 85)
    }

    /// `(0x30UL)` or `(3UL)`.
    private static func number(_ text: Substring) -> UInt? {
        guard text.hasPrefix("("), text.hasSuffix("UL)") else { return nil }
        let digits = text.dropFirst().dropLast(3)
        return digits.hasPrefix("0x") ? UInt(digits.dropFirst(2), radix: 16) : UInt(digits)
    }

    @Test(
        "A code describes itself by name and number",
        arguments: [
            (ReturnValue.ok, "CKR_OK (0x0)"),
            (.deviceError, "CKR_DEVICE_ERROR (0x30)"),
            (.aeadDecryptFailed, "CKR_AEAD_DECRYPT_FAILED (0x42)"),
            (.tokenNotInitialized, "CKR_TOKEN_NOT_INITIALIZED (0x208)"),
            (.parameterSetNotSupported, "CKR_PARAMETER_SET_NOT_SUPPORTED (0x209)"),
            (ReturnValue(rawValue: 0x8000_0012), "vendor code 0x80000012"),
            (ReturnValue(rawValue: 0x7f), "unknown code 0x7f"),
        ])
    func description(_ value: ReturnValue, _ text: String) {
        #expect(value.description == text)
    }

    @Test("An error tells the function and the code")
    func errorDescription() {
        let error = PKCS11Error.call(function: "C_Sign", .sessionClosed)
        #expect(error.description == "C_Sign returned CKR_SESSION_CLOSED (0xb0)")
        #expect(error.returnValue == .sessionClosed)
    }
}

extension String {
    fileprivate init(contentsOfHeader path: String) throws {
        let descriptor = unsafe open(path, O_RDONLY)
        defer { close(descriptor) }
        var octets = [UInt8](repeating: 0, count: 1 << 20)
        let count = unsafe read(descriptor, &octets, octets.count)
        self = String(decoding: octets.prefix(Swift.max(count, 0)), as: UTF8.self)
    }
}
