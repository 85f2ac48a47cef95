import DERCoding
import TestSupport
import Testing

@testable import Issuance

struct KeyUsageEncodingTests {
    static let all = (0..<512).map { KeyUsage(rawValue: $0) }

    @Test("All 512 sets of key usages are encoded as OpenSSL encodes them")
    func asOpenSSL() throws {
        // One sequence of 512 named-bit lists: one process instead of 512.
        var section = "asn1 = SEQUENCE:all\n[all]\n"
        for usage in Self.all {
            let bits = (0..<9).filter { usage.rawValue & 1 << $0 != 0 }.map(String.init).joined(separator: ",")
            // The configuration has no way to list no bits.
            section += "u\(usage.rawValue) = FORMAT:\(bits.isEmpty ? "ASCII" : "BITLIST"),BITSTRING:\(bits)\n"
        }
        let openssl = try OpenSSLTool()
        defer { openssl.close() }
        try openssl.write(Array(section.utf8), to: "configuration")
        try openssl.run("asn1parse", "-genconf", "configuration", "-noout", "-out", "der")
        let expected = try openssl.read("der")
        var writer = DERWriter()
        writer.constructed(DERTag.sequence) { list in
            for usage in Self.all { list.primitive(DERTag.bitString, usage.bitStringContent) }
        }
        let isTheSame = writer.octets == expected
        #expect(isTheSame)
    }

    @Test("Every set reads back, and no other form of it does", arguments: all)
    func readBack(usage: KeyUsage) {
        let content = usage.bitStringContent
        #expect(KeyUsage(bitStringContent: content) == usage)
        #expect(KeyUsage(bitStringContent: content + [0]) == nil)
        if let unused = content.first, content.count > 1 {
            for other in UInt8(0)...8 where other != unused {
                #expect(KeyUsage(bitStringContent: [other] + content.dropFirst()) == nil)
            }
        }
    }

    @Test("A tenth bit, and no octet at all, are no key usage")
    func beyond() {
        #expect(KeyUsage(bitStringContent: [6, 0, 0x40]) == nil)
        #expect(KeyUsage(bitStringContent: []) == nil)
        #expect(KeyUsage(bitStringContent: [0, 0x80, 0, 1]) == nil)
    }
}
