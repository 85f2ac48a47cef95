import PKCS11
import TestSupport
import Testing

@testable import PublicKeys

@Suite("Verified signatures")
struct VerifiedSignatureTests {
    static let signers: [InMemorySigner] = [.p256, .p384, .p521, .ed25519, .rsa(bits: 2048)].compactMap {
        try? InMemorySigner($0)
    }

    @Test("There are signers of every kind")
    func signersOfEveryKind() { #expect(Self.signers.count == 5) }

    private func verified(
        _ octets: [UInt8], over message: [UInt8], by signer: InMemorySigner, _ algorithm: SignatureAlgorithm? = nil
    ) -> VerifiedSignature? {
        VerifiedSignature(octets, over: message, by: signer.publicKey, algorithm: algorithm ?? signer.algorithm)
    }

    @Test("One that verifies carries what it is of", arguments: signers)
    func valid(_ signer: InMemorySigner) throws {
        let message: [UInt8] = [1, 2, 3]
        let octets = try signer.octets(signing: message)
        let signature = try #require(verified(octets, over: message, by: signer))
        #expect(signature.octets == octets)
        #expect(signature.message == message)
        #expect(signature.publicKey == signer.publicKey)
        #expect(signature.algorithm == signer.algorithm)
    }

    @Test("Corrupt in any octet it is none (Certum, 2018)", arguments: signers)
    func corrupt(_ signer: InMemorySigner) throws {
        let octets = try signer.octets(signing: [1])
        for index in octets.indices {
            var octets = octets
            octets[index] ^= 0x10
            #expect(verified(octets, over: [1], by: signer) == nil, "octet \(index)")
        }
    }

    @Test("Of another length, key, message or algorithm it is none", arguments: signers)
    func wrong(_ signer: InMemorySigner) throws {
        let octets = try signer.octets(signing: [1])
        #expect(verified([], over: [1], by: signer) == nil)
        #expect(verified([UInt8](repeating: 0, count: octets.count), over: [1], by: signer) == nil)
        #expect(verified(octets + [0], over: [1], by: signer) == nil)
        #expect(verified(octets.dropLast(), over: [1], by: signer) == nil)
        #expect(verified(octets, over: [], by: signer) == nil)
        #expect(verified(octets, over: [1, 0], by: signer) == nil)
        for other in Self.signers where other.publicKey != signer.publicKey {
            #expect(verified(octets, over: [1], by: other) == nil)
        }
        let sibling = try InMemorySigner(.p256)
        #expect(verified(octets, over: [1], by: sibling) == nil)
        for algorithm in SignatureAlgorithm.all where algorithm != signer.algorithm {
            #expect(verified(octets, over: [1], by: signer, algorithm) == nil)
        }
    }

    @Test(
        "An ECDSA signature is two positive INTEGERs in their fewest octets, no wider than the curve",
        arguments: [
            ([0x30, 6, 2, 1, 1, 2, 1, 1], true), ([0x30, 6, 2, 1, 0, 2, 1, 1], false),
            ([0x30, 6, 2, 1, 1, 2, 1, 0x81], false),
            ([0x30, 7, 2, 2, 0, 1, 2, 1, 1], false), ([0x30, 7, 2, 2, 0, 0x81, 2, 1, 1], true),
            ([0x30, 3, 2, 1, 1], false),
            ([0x30, 9, 2, 1, 1, 2, 1, 1, 2, 1, 1], false), ([0x30, 0x81, 6, 2, 1, 1, 2, 1, 1], false),
            ([0x31, 6, 2, 1, 1, 2, 1, 1], false), ([UInt8](repeating: 1, count: 64), false),
            ([0x30, 38, 2, 33, 1] + [UInt8](repeating: 1, count: 32) + [2, 1, 1], false),
        ] as [([UInt8], Bool)])
    func encoding(signature: [UInt8], isCanonical: Bool) {
        #expect((ECDSASignatureValue.rawRepresentation(of: signature, on: .p256) != nil) == isCanonical)
    }
}
