import DERCoding
import SwiftASN1
import TestSupport
import Testing

@Suite("DER")
struct DERReaderTests {
    /// Reads one element with `read` and expects the end behind it.
    private static func reading<T>(_ bytes: [UInt8], _ read: (inout DERReader) throws -> T) throws -> T {
        var reader = DERReader(bytes)
        let value = try read(&reader)
        try reader.finish()
        return value
    }

    @Test(
        "an element is refused where its tag or length is not DER's",
        arguments: [
            ([], DERError.truncated),
            ([0x04], .truncated),
            ([0x04, 0x01], .truncated),
            ([0x04, 0x81], .truncated),
            ([0x04, 0x80, 0x00, 0x00], .indefiniteLength),
            ([0x04, 0x81, 0x01, 0x00], .nonMinimalLength),
            ([0x04, 0x81, 0x7f], .nonMinimalLength),
            ([0x04, 0x82, 0x00, 0x80], .nonMinimalLength),
            ([0x04, 0x84, 0xff, 0xff, 0xff, 0xff], .truncated),
            ([0x04, 0x88, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff], .truncated),
            ([0x04, 0xff] + [UInt8](repeating: 0xff, count: 127), .truncated),
            ([0x1f, 0x1e, 0x00], .nonMinimalTag),
            ([0x1f, 0x80, 0x7f, 0x00], .nonMinimalTag),
            ([0x1f, 0xff], .truncated),
            ([0x04, 0x00, 0x00], .trailingData),
        ])
    func elements(bytes: [UInt8], fault: DERError) {
        #expect(throws: fault) { try Self.reading(bytes) { reader throws in try reader.next() } }
    }

    @Test("an element tells where it lies")
    func positions() throws {
        let bytes = DERBuilder.sequence(
            DERBuilder.octetString([UInt8](repeating: 7, count: 200)), [0x9f, 0x1f, 0x01, 0x05])
        var outer = DERReader(bytes)
        let sequence = try outer.next()
        #expect(sequence.encoding == 0..<bytes.count)
        var inner = outer.reader(of: sequence)
        let octets = try inner.next(DERTag.octetString)
        #expect(octets.contents.count == 200)
        #expect(inner.nextTag == 0x9f)
        #expect(Array(inner.contents(try inner.next())) == [0x05])
        #expect(inner.isAtEnd && outer.isAtEnd)
    }

    @Test(
        "a BOOLEAN is 00 or FF",
        arguments: [
            ([0x01, 0x01, 0x01], DERError.invalidBoolean), ([0x01, 0x01, 0x7f], .invalidBoolean),
            ([0x01, 0x00], .invalidBoolean), ([0x01, 0x02, 0xff, 0xff], .invalidBoolean),
            ([0x02, 0x01, 0xff], .unexpectedTag),
        ])
    func booleans(bytes: [UInt8], fault: DERError) throws {
        #expect(throws: fault) { try Self.reading(bytes) { reader throws in try reader.boolean() } }
        #expect(try Self.reading([0x01, 0x01, 0xff]) { reader throws in try reader.boolean() })
        #expect(try !Self.reading([0x01, 0x01, 0x00]) { reader throws in try reader.boolean() })
    }

    @Test("a BOOLEAN of default FALSE is absent or TRUE")
    func defaults() throws {
        #expect(throws: DERError.defaultEncoded) {
            try Self.reading([0x01, 0x01, 0x00]) { reader throws in try reader.booleanDefaultFalse() }
        }
        #expect(try !Self.reading([]) { reader throws in try reader.booleanDefaultFalse() })
        #expect(try Self.reading([0x01, 0x01, 0xff]) { reader throws in try reader.booleanDefaultFalse() })
    }

    @Test(
        "an INTEGER has its fewest octets",
        arguments: [
            [0x02, 0x00], [0x02, 0x02, 0x00, 0x00], [0x02, 0x02, 0x00, 0x7f], [0x02, 0x02, 0xff, 0x80],
            [0x02, 0x03, 0x00, 0x00, 0x80],
        ] as [[UInt8]])
    func integers(bytes: [UInt8]) {
        #expect(throws: DERError.invalidInteger) { try Self.reading(bytes) { reader throws in try reader.integer() } }
    }

    @Test(
        "an INTEGER in its fewest octets is read",
        arguments: [[0], [0x7f], [0x00, 0x80], [0x80], [0xff, 0x7f]] as [[UInt8]])
    func soundIntegers(contents: [UInt8]) throws {
        let bytes = DERBuilder.element(0x02, contents)
        #expect(try Self.reading(bytes) { reader throws in Array(try reader.integer()) } == contents)
    }

    @Test(
        "a BIT STRING's unused bits are at most seven, zero, and within an octet",
        arguments: [
            [0x03, 0x00], [0x03, 0x02, 0x08, 0x00], [0x03, 0x01, 0x01], [0x03, 0x02, 0x01, 0x01],
            [0x03, 0x02, 0x07, 0x40],
        ] as [[UInt8]])
    func bitStrings(bytes: [UInt8]) {
        #expect(throws: DERError.invalidBitString) {
            try Self.reading(bytes) { reader throws in try reader.bitString() }
        }
    }

    @Test("a BIT STRING for a key or a signature has whole octets")
    func wholeOctets() throws {
        #expect(throws: DERError.invalidBitString) {
            try Self.reading([0x03, 0x02, 0x01, 0x80]) { reader throws in try reader.octetsOfBitString() }
        }
        #expect(
            try Self.reading([0x03, 0x02, 0x00, 0x81]) { reader throws in Array(try reader.octetsOfBitString()) } == [
                0x81
            ])
    }

    @Test(
        "an OBJECT IDENTIFIER has whole, unpadded arcs that fit 63 bits",
        arguments: [
            [0x06, 0x00], [0x06, 0x01, 0x80], [0x06, 0x02, 0x55, 0x84], [0x06, 0x04, 0x55, 0x04, 0x80, 0x03],
            [0x06, 0x02, 0x80, 0x01], [0x06, 0x0b, 0x55, 0x81] + [UInt8](repeating: 0x80, count: 8) + [0x00],
            [0x06, 0x16, 0x55] + [UInt8](repeating: 0xff, count: 20) + [0x7f],
        ] as [[UInt8]])
    func objectIdentifiers(bytes: [UInt8]) {
        #expect(throws: DERError.invalidObjectIdentifier) {
            try Self.reading(bytes) { reader throws in try reader.objectIdentifier() }
        }
    }

    @Test(
        "an OBJECT IDENTIFIER is written with dots",
        arguments: [
            ([0x55, 0x04, 0x03], "2.5.4.3"), ([0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d], "1.2.840.113549"),
            ([0x00], "0.0"), ([0x27], "0.39"), ([0x28], "1.0"), ([0x4f], "1.39"), ([0x50], "2.0"),
            ([0x88, 0x37, 0x03], "2.999.3"),
            ([0x55, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f], "2.5.9223372036854775807"),
        ] as [([UInt8], String)])
    func dotted(contents: [UInt8], text: String) throws {
        let bytes = DERBuilder.element(0x06, contents)
        #expect(try Self.reading(bytes) { reader throws in try reader.objectIdentifier() }.dotted == text)
    }

    @Test(
        "a SET OF ascends, and holds nothing twice",
        arguments: [
            ([[0x02, 0x01, 0x01], [0x02, 0x01, 0x02]], nil),
            ([[0x02, 0x01, 0x02], [0x02, 0x01, 0x01]], .unsortedSet),
            ([[0x02, 0x01, 0x01], [0x02, 0x01, 0x01]], .repeatedInSet),
            ([[0x02, 0x02, 0x01, 0x00], [0x02, 0x01, 0x02]], .unsortedSet),
            ([[0x02, 0x01, 0x02], [0x02, 0x02, 0x01, 0x00], [0x04, 0x00]], nil),
        ] as [([[UInt8]], DERError?)])
    func sets(elements: [[UInt8]], fault: DERError?) throws {
        var reader = DERReader(DERBuilder.element(0x31, elements.flatMap(\.self)))
        let set = try reader.next(DERTag.set)
        if let fault {
            #expect(throws: fault) { try reader.elements(ofSet: set) }
        } else {
            #expect(try reader.elements(ofSet: set).map { Array(reader.encoding($0)) } == elements)
        }
    }

    @Test("a NULL is empty")
    func nulls() throws {
        #expect(throws: DERError.invalidNull) {
            try Self.reading([0x05, 0x01, 0x00]) { reader throws in try reader.null() }
        }
        try Self.reading([0x05, 0x00]) { reader throws in try reader.null() }
    }

    @Test("what is passed over unread is well-formed all the way down, and not endlessly deep")
    func unread() throws {
        func check(_ bytes: [UInt8]) throws {
            var reader = DERReader(bytes)
            try reader.checkContents(of: reader.next())
        }
        try check(DERBuilder.sequence(DERBuilder.set(DERBuilder.octetString([0xff]))))
        #expect(throws: DERError.truncated) { try check(DERBuilder.sequence(DERBuilder.set([0x04, 0x02, 0x00]))) }
        #expect(throws: DERError.nonMinimalLength) { try check(DERBuilder.sequence([0x04, 0x81, 0x00])) }
        let deep = (0..<100).reduce([]) { inner, _ in DERBuilder.sequence(inner) }
        #expect(throws: DERError.nestedTooDeep) { try check(deep) }
    }

    @Test("each fault has words of its own")
    func descriptions() {
        #expect(Set(DERError.allCases.map(\.description)).count == DERError.allCases.count)
    }
}
