import Testing

@testable import Issuance

struct SerialNumberTests {
    @Test("A serial number has 20 octets, is positive as a DER INTEGER, and none comes twice")
    func random() {
        var seen: Set<SerialNumber> = []
        var union = [UInt8](repeating: 0, count: 20)
        for _ in 0..<10_000 {
            let serial = SerialNumber.random()
            #expect(serial.octets.count == 20)
            #expect((0x01...0x7f).contains(serial.octets[0]))
            #expect(seen.insert(serial).inserted)
            for index in union.indices { union[index] |= serial.octets[index] }
        }
        // Every bit but the sign is in play: 159 of them, not the 63 of EJBCA's in 2019.
        #expect(union == [0x7f] + [UInt8](repeating: 0xff, count: 19))
    }

    @Test("A host's prefix leads, and the other 16 octets stay random")
    func prefix() throws {
        let prefix = try #require(SerialNumber.Prefix([0x01, 0xff, 0x00, 0x7a]))
        var union = [UInt8](repeating: 0, count: 16)
        for _ in 0..<1000 {
            let octets = SerialNumber.random(prefix: prefix).octets
            #expect(octets.prefix(4) == [0x01, 0xff, 0x00, 0x7a])
            #expect(octets.count == 20)
            for index in union.indices { union[index] |= octets[index + 4] }
        }
        #expect(union == [UInt8](repeating: 0xff, count: 16))
    }

    @Test(
        "A prefix that would make a number negative, longer or guessable is none",
        arguments: [([0x80], false), ([0x00], false), ([1, 2, 3, 4, 5], false), ([0x7f], true), ([], true)]
            as [([UInt8], Bool)])
    func prefixes(octets: [UInt8], isOne: Bool) {
        #expect((SerialNumber.Prefix(octets) != nil) == isOne)
    }

    @Test("hex is that of the DER INTEGER's content octets, in lower case")
    func hex() throws {
        #expect(try #require(SerialNumber(octets: [0x00, 0xab, 0xcd])).hex == "00abcd")
        #expect(try #require(SerialNumber(octets: [0x0a])).hex == "0a")
    }

    @Test(
        "Octets that are no positive DER INTEGER of 20 octets or fewer are no serial number",
        arguments: [[], [0], [0x80], [0, 0x7f], [0, 0], [UInt8](repeating: 1, count: 21)] as [[UInt8]])
    func refused(octets: [UInt8]) {
        #expect(SerialNumber(octets: octets) == nil)
    }
}
