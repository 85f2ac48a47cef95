import DERCoding
import Testing

struct HexadecimalTests {
    @Test("Every octet is two lower-case digits")
    func octets() {
        #expect([UInt8]().hex == "")
        #expect([0x00, 0x09, 0x0a, 0x7f, 0x90, 0xa0, 0xff].hex == "00090a7f90a0ff")
        for octet in UInt8.min ... .max { #expect(UInt8([octet].hex, radix: 16) == octet) }
    }
}
