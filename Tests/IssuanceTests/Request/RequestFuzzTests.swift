import Foundation
import Issuance
import PublicKeys
import TestSupport
import Testing

/// A request bent at random is refused by named rules or, where a bend leaves it as it was, accepted; it never traps.
/// `COUNTERSIGN_FUZZ_SEED` repeats a run, `COUNTERSIGN_FUZZ_ROUNDS` lengthens it.
@Suite("Bent requests")
struct RequestFuzzTests {
    private static let environment = ProcessInfo.processInfo.environment
    private static let rounds = environment["COUNTERSIGN_FUZZ_ROUNDS"].flatMap(Int.init) ?? 1000

    private static func sample() throws -> RequestBuilder {
        var builder = RequestBuilder(
            extensions: RequestBuilder.alternativeNames(
                DERBuilder.text(0x82, "a.internal.example"), DERBuilder.element(0x87, [10, 0, 0, 1]),
                DERBuilder.element(0xa0, DERBuilder.objectIdentifier(1, 2, 3), DERBuilder.element(0xa0, [0x05, 0x00]))),
            RequestBuilder.keyUsage([0x03, 0x02, 0x05, 0xa0]),
            RequestBuilder.basicConstraints(DERBuilder.sequence([0x01, 0x01, 0xff], DERBuilder.integer([3]))),
            RequestBuilder.extendedKeyUsage(
                DERBuilder.sequence(DERBuilder.objectIdentifier(1, 3, 6, 1, 5, 5, 7, 3, 1))),
            RequestBuilder.ext([2, 5, 29, 14], [0x04, 0x01, 0x07]), RequestBuilder.ext([1, 2, 3], [0xff]))
        builder.subject = RequestBuilder.name(
            ("C", 0x13, "DE"), ("O", 0x0c, "Ürg"), ("emailAddress", 0x16, "a@b.example"))
        return builder
    }

    private static func isAccepted(_ body: () throws -> CertificateRequest) throws -> Bool {
        do {
            _ = try body()
            return true
        } catch IssuanceError.refused(let violations) {
            #expect(!violations.isEmpty)
            #expect(violations.allSatisfy { Rule.request.contains($0.rule) && $0.path.hasPrefix("csr") })
            return false
        }
    }

    @Test("in their DER, signature and all, are accepted only where nothing has changed")
    func der() throws {
        var generator = BendingGenerator(environment: Self.environment)
        let der = try Self.sample().der()
        for _ in 0..<Self.rounds {
            let bent = generator.bend(der)
            let accepted = try Self.isAccepted { try CertificateRequest(verifyingDER: bent, policy: KeyPolicy()) }
            #expect(accepted == (bent == der), "\(bent)")
        }
    }

    @Test("in what their key signs are accepted or refused, so that the checks behind the signature are reached")
    func signed() throws {
        var generator = BendingGenerator(environment: Self.environment)
        let builder = try Self.sample()
        let pieces: [WritableKeyPath<RequestBuilder, [UInt8]>] = [
            \.version, \.subject, \.publicKeyInfo, \.signatureAlgorithm,
        ]
        var accepted = 0
        for _ in 0..<Self.rounds {
            var bent = builder
            if Bool.random(using: &generator) {
                bent.attributes = builder.attributes?.map { generator.bend($0) }
            } else if let piece = pieces.randomElement(using: &generator) {
                bent[keyPath: piece] = generator.bend(builder[keyPath: piece])
            }
            let der = try bent.der()
            let isAccepted = try Self.isAccepted {
                let request = try CertificateRequest(verifyingDER: der, policy: KeyPolicy())
                // What was read is what stands there.
                #expect(request.der == der)
                #expect(request.subject.der == bent.subject)
                #expect(request.publicKey.subjectPublicKeyInfo == bent.publicKeyInfo)
                return request
            }
            accepted += isAccepted ? 1 : 0
        }
        // Some bends only change a letter of a name.
        #expect((1..<Self.rounds).contains(accepted))
    }

    @Test("in their PEM are accepted only where the same DER comes out")
    func pem() throws {
        var generator = BendingGenerator(environment: Self.environment)
        let der = try Self.sample().der()
        let text = Array(PEM.encode(der, label: "CERTIFICATE REQUEST").utf8)
        for _ in 0..<Self.rounds {
            let bent = String(decoding: generator.bend(text), as: UTF8.self)
            _ = try Self.isAccepted {
                let request = try CertificateRequest(verifying: bent, policy: KeyPolicy())
                #expect(request.der == der)
                return request
            }
        }
    }

    @Test("of nothing but noise are refused")
    func noise() throws {
        var generator = BendingGenerator(environment: Self.environment)
        for _ in 0..<Self.rounds {
            let count = Int.random(in: 0..<300, using: &generator)
            let bytes = (0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) }
            #expect(
                try !Self.isAccepted {
                    try CertificateRequest(verifyingDER: [0x30, 0x82] + bytes, policy: KeyPolicy())
                })
        }
    }
}
