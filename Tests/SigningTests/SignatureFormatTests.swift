import Crypto
import PublicKeys
import Testing

@testable import Signing

@Suite("Signatures as tokens return them")
struct SignatureFormatTests {
    private func value(_ format: SignatureFormat, _ raw: [UInt8]) -> [UInt8]? {
        // The buffer is larger than the signature, and holds an older one's octets.
        try? format.value(from: raw + [0xde, 0xad], count: raw.count)
    }

    private func number(_ octets: [UInt8], _ curve: EllipticCurve) -> [UInt8] {
        [UInt8](repeating: 0, count: curve.fieldSize - octets.count) + octets
    }

    @Test("r and s become minimal INTEGERs")
    func minimal() {
        let one = number([1], .p256)
        #expect(value(.ecdsa(.p256), one + one) == [0x30, 6, 2, 1, 1, 2, 1, 1])
        #expect(
            value(.ecdsa(.p256), number([0x80], .p256) + number([0x7f], .p256)) == [0x30, 7, 2, 2, 0, 0x80, 2, 1, 0x7f])
        #expect(value(.ecdsa(.p256), number([1, 0], .p256) + one) == [0x30, 7, 2, 2, 1, 0, 2, 1, 1])
    }

    @Test("The two largest numbers of P-521 take a length of two octets")
    func longForm() throws {
        let largest = [0x01] + [UInt8](repeating: 0xf0, count: 65)
        let der = try #require(value(.ecdsa(.p521), largest + largest))
        #expect(der.prefix(5) == [0x30, 0x81, 136, 0x02, 66])
        #expect(der.count == 139)
    }

    @Test("r and s outside 1 ..< n are refused", arguments: EllipticCurve.allCases)
    func range(_ curve: EllipticCurve) throws {
        let zero = number([], curve)
        let one = number([1], curve)
        var beforeOrder = curve.order
        beforeOrder[beforeOrder.count - 1] -= 1
        #expect(curve.order.count == curve.fieldSize)
        for bad in [zero, curve.order, [UInt8](repeating: 0xff, count: curve.fieldSize)] {
            #expect(value(.ecdsa(curve), bad + one) == nil)
            #expect(value(.ecdsa(curve), one + bad) == nil)
        }
        #expect(value(.ecdsa(curve), beforeOrder + one) != nil)
        #expect(value(.ecdsa(curve), one + beforeOrder) != nil)
    }

    @Test("A signature of another length is refused")
    func lengths() {
        for count in [0, 1, 63, 65, 128] {
            #expect(value(.ecdsa(.p256), [UInt8](repeating: 1, count: count)) == nil)
            #expect(value(.ed25519, [UInt8](repeating: 1, count: count)) == nil)
        }
        for count in [0, 255, 257] { #expect(value(.rsa(size: 256), [UInt8](repeating: 1, count: count)) == nil) }
        #expect(value(.rsa(size: 256), [UInt8](repeating: 1, count: 256)) == [UInt8](repeating: 1, count: 256))
        #expect(value(.ed25519, [UInt8](repeating: 0, count: 64)) == [UInt8](repeating: 0, count: 64))
    }

    @Test("The DER is swift-crypto's, for any r and s")
    func crossCheck() throws {
        let (p256, p384, p521) = (P256.Signing.PrivateKey(), P384.Signing.PrivateKey(), P521.Signing.PrivateKey())
        for index in 0..<300 {
            let message = [UInt8(truncatingIfNeeded: index)]
            let first = try p256.signature(for: message)
            #expect(value(.ecdsa(.p256), Array(first.rawRepresentation)) == Array(first.derRepresentation))
            guard index < 40 else { continue }
            let second = try p384.signature(for: message)
            #expect(value(.ecdsa(.p384), Array(second.rawRepresentation)) == Array(second.derRepresentation))
            let third = try p521.signature(for: message)
            #expect(value(.ecdsa(.p521), Array(third.rawRepresentation)) == Array(third.derRepresentation))
        }
    }

    @Test("The test message can be no DER, and is never the same")
    func testMessage() {
        let (first, second) = (TestMessage.fresh(), TestMessage.fresh())
        #expect(first.starts(with: TestMessage.prefix))
        #expect(first[0] == 0)
        #expect(first != second)
    }
}
