import DERCoding
import SwiftASN1
import TestSupport
import Testing

struct DERWriterTests {
    @Test(
        "A length takes the fewest octets, patched in or known beforehand",
        arguments: [
            (0, [0]), (1, [1]), (127, [127]), (128, [0x81, 128]), (255, [0x81, 255]), (256, [0x82, 1, 0]),
            (65_535, [0x82, 255, 255]), (65_536, [0x83, 1, 0, 0]),
        ] as [(Int, [UInt8])])
    func lengths(count: Int, expected: [UInt8]) {
        let content = [UInt8](repeating: 7, count: count)
        var (primitive, patched) = (DERWriter(), DERWriter())
        primitive.primitive(DERTag.octetString, content)
        patched.constructed(DERTag.octetString) { $0.encoded(content) }
        #expect(primitive.octets == [0x04] + expected + content)
        #expect(patched.octets == primitive.octets)
    }

    @Test(
        "An INTEGER takes the fewest octets and stays positive",
        arguments: [
            (0, [2, 1, 0]), (127, [2, 1, 127]), (128, [2, 2, 0, 128]), (255, [2, 2, 0, 255]), (256, [2, 2, 1, 0]),
            (.max, [2, 9, 0, 255, 255, 255, 255, 255, 255, 255, 255]),
        ] as [(UInt64, [UInt8])])
    func integers(value: UInt64, expected: [UInt8]) {
        var writer = DERWriter()
        writer.integer(value)
        #expect(writer.octets == expected)
    }

    @Test(
        "An INTEGER of given digits takes the fewest octets and stays positive",
        arguments: [
            ([], [2, 1, 0]), ([0, 0], [2, 1, 0]), ([1], [2, 1, 1]), ([0, 0x7f], [2, 1, 0x7f]),
            ([0x80, 0], [2, 3, 0, 0x80, 0]), ([0, 0, 0x80], [2, 2, 0, 0x80]), ([1, 0], [2, 2, 1, 0]),
        ] as [([UInt8], [UInt8])])
    func magnitudes(magnitude: [UInt8], expected: [UInt8]) {
        var writer = DERWriter()
        writer.integer(magnitude: magnitude[...])
        #expect(writer.octets == expected)
    }

    @Test("A BIT STRING of octets has no unused bits", arguments: [0, 1, 126, 127, 128])
    func bitStrings(count: Int) throws {
        let content = [UInt8](repeating: 0xff, count: count)
        var writer = DERWriter()
        writer.bitString(content)
        #expect(writer.octets == DERBuilder.bitString(content))
    }

    @Test(
        "An OID is encoded as SwiftASN1 encodes it",
        arguments: [
            [0, 0], [1, 39], [2, 5, 29, 17], [2, 23, 140, 1, 2, 1], [2, 39, 1], [1, 2, 840, 113549, 1, 1, 11],
            [0, 9, 2342, 19_200_300, 100, 1, 25], [1, 3, 6, 1, 4, 1, 4_294_967_295, 127, 128, 16_383, 16_384],
        ] as [ASN1ObjectIdentifier])
    func objectIdentifiers(identifier: ASN1ObjectIdentifier) throws {
        var (writer, serializer) = (DERWriter(), DER.Serializer())
        writer.objectIdentifier(identifier)
        try serializer.serialize(identifier)
        #expect(writer.octets == serializer.serializedBytes)
    }

    @Test("An OID under 2 whose second arc is over 39 comes back as the octets it was read from")
    func largeSecondArc() throws {
        let octets: [UInt8] = [0x06, 3, 0x88, 0x37, 3]  // 2.999.3, X.690 § 8.19.5
        var writer = DERWriter()
        writer.objectIdentifier(try ASN1ObjectIdentifier(derEncoded: DER.parse(octets)))
        #expect(writer.octets == octets)
    }
}
