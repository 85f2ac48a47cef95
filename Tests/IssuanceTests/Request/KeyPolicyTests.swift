import BigInt
import Crypto
import Issuance
import PublicKeys
import TestSupport
import Testing

@Suite("Key policy")
struct KeyPolicyTests {
    private static func rules(modulus: BigUInt, exponent: BigUInt = 65537) throws -> [String] {
        let key = try PublicKey(
            subjectPublicKeyInfo: DERBuilder.sequence(
                DERBuilder.sequence(DERBuilder.objectIdentifier(1, 2, 840, 113549, 1, 1, 1), [0x05, 0x00]),
                DERBuilder.bitString(
                    DERBuilder.sequence(
                        DERBuilder.integer(Array(modulus.serialize())), DERBuilder.integer(Array(exponent.serialize())))
                )))
        let violations = KeyPolicy().violations(of: key)
        #expect(violations.allSatisfy { $0.path == "csr.publicKey" })
        return violations.map(\.rule.name)
    }

    private static let smallPrimes: [BigUInt] =
        (2..<752).filter { n in (2..<n).allSatisfy { n % $0 != 0 } }.map { BigUInt($0) }

    /// A number of exactly `bits` bits, or the first from `start` on, that is odd, has no prime factor below 752 and not
    /// ROCA's mark. It need not be the product of two primes, which no rule could tell.
    private static func soundModulus(bits: Int, after start: BigUInt? = nil) -> BigUInt {
        // 2 is no power of 65537 by 11 (only 1 and 10 are): such a modulus bears no mark.
        var candidate = start ?? (BigUInt(3) << (bits - 2)) + BigUInt(0x1234_5678_9abc_def1)
        candidate += candidate % 2 == 0 ? 1 : 0
        while candidate % 11 != 2 || smallPrimes.contains(where: { candidate % $0 == 0 }) { candidate += 2 }
        return candidate
    }

    @Test(
        "RSA keys have 2048 to 8192 bits, a multiple of 8",
        arguments: [
            (512, false), (1024, false), (2040, false), (2047, false), (2048, true), (2049, false), (2056, true),
            (3072, true),
            (4096, true), (8184, true), (8192, true), (8193, false), (8200, false), (16384, false),
        ])
    func sizes(bits: Int, isAllowed: Bool) throws {
        let modulus = Self.soundModulus(bits: bits)
        #expect(modulus.bitWidth == bits)
        #expect(try Self.rules(modulus: modulus) == (isAllowed ? [] : ["rsaModulusSize"]))
    }

    @Test(
        "RSA exponents are odd, from 65537 to 2^256",
        arguments: [
            (1, false), (2, false), (3, false), (17, false), (65535, false), (65536, false), (65537, true),
            (65538, false),
            (65539, true), (1 << 32 + 1, true), (1 << 32, false), (BigUInt(1) << 64 + 1, true),
            ((BigUInt(1) << 256) - 1, true), (BigUInt(1) << 256, false), ((BigUInt(1) << 256) + 1, false),
        ] as [(BigUInt, Bool)])
    func exponents(exponent: BigUInt, isAllowed: Bool) throws {
        #expect(
            try Self.rules(modulus: Self.soundModulus(bits: 2048), exponent: exponent)
                == (isAllowed ? [] : ["rsaExponent"]))
    }

    @Test("no RSA modulus has a prime factor below 752", arguments: smallPrimes)
    func smallFactors(prime: BigUInt) throws {
        let cofactor = Self.soundModulus(bits: 0, after: (BigUInt(3) << 2046) / prime)
        #expect(try Self.rules(modulus: cofactor * prime) == ["rsaSmallFactor"])
    }

    @Test("a prime factor from 757 on is no fault of this rule", arguments: [757, 761, 769, 65537] as [BigUInt])
    func largerFactors(prime: BigUInt) throws {
        let cofactor = Self.soundModulus(bits: 0, after: (BigUInt(3) << 2046) / prime)
        #expect((cofactor * prime).bitWidth == 2048)
        #expect(try Self.rules(modulus: cofactor * prime) == [])
    }

    @Test(
        "RSA moduli with the mark of ROCA are refused",
        arguments: [
            (1024, 71), (2048, 126), (3072, 126), (4096, 225),
        ])
    func roca(bits: Int, primes: Int) throws {
        // Factors k·M + (65537^a mod M), as RSALib makes them; that they be prime is nothing to the mark.
        let m = (2..<2000).filter { n in (2..<n).allSatisfy { n % $0 != 0 } }.prefix(primes).reduce(BigUInt(1)) {
            $0 * BigUInt($1)
        }
        func factor(_ exponent: BigUInt) -> BigUInt {
            let k = ((BigUInt(3) << (bits / 2 - 2)) / m) + exponent
            return k * m + BigUInt(65537).power(exponent, modulus: m)
        }
        let modulus = factor(123_457) * factor(76_543_211)
        let rules = try Self.rules(modulus: modulus)
        #expect(rules.contains("rsaROCA"))
        #expect(!rules.contains("rsaSmallFactor"))
        // The mark goes with the structure.
        #expect(try !Self.rules(modulus: Self.soundModulus(bits: 0, after: modulus + 2)).contains("rsaROCA"))
    }

    /// N = (r − d)(r + d): Fermat's method finds it at a = r, in round r − ⌈√N⌉, about d² / 2r.
    @Test("RSA moduli that Fermat's method factors within 100 rounds are refused, and not one round later")
    func fermat() throws {
        let r = BigUInt(3) << 1022 | BigUInt(1) << 700 | 1
        for (round, isWeak) in [
            (0, true), (1, true), (50, true), (98, true), (99, true), (100, false), (101, false), (5000, false),
        ] {
            // The least even d with ⌈√(r² − d²)⌉ = r − round.
            let above = (r * BigUInt(2 * round) - BigUInt(round * round)).squareRoot() + 1
            let d = above + above % 2
            guard Self.round(r, d) == round else {
                Issue.record("no modulus for round \(round)")
                continue
            }
            #expect(try Self.rules(modulus: (r - d) * (r + d)).contains("rsaFermat") == isWeak, "\(round)")
        }
        // Two equal primes, and two that differ in their last bits.
        #expect(try Self.rules(modulus: r * r).contains("rsaFermat"))
        #expect(try Self.rules(modulus: r * (r + 2)).contains("rsaFermat"))
    }

    private static func round(_ r: BigUInt, _ d: BigUInt) -> Int {
        let n = (r - d) * (r + d)
        let root = n.squareRoot()
        return Int(r - (root * root == n ? root : root + 1))
    }

    @Test("all faults of a key are named at once")
    func several() throws {
        #expect(
            try Self.rules(modulus: BigUInt(7) << 1000, exponent: 3) == [
                "rsaModulusSize", "rsaExponent", "rsaSmallFactor",
            ])
    }

    @Test(
        "numbers that are no modulus at all break a rule and nothing else",
        arguments: [
            1, 2, 3, 4, 255, 256, BigUInt(1) << 511, (BigUInt(1) << 512) - 1, BigUInt(1) << 2047,
            (BigUInt(1) << 2048) - 1,
            (BigUInt(1) << 8192) - 1, BigUInt(1) << 20000,
        ] as [BigUInt])
    func extremes(modulus: BigUInt) throws {
        #expect(try !Self.rules(modulus: modulus).isEmpty)
    }

    @Test("keys on the operator's list are refused, others not")
    func blocklist() throws {
        let builder = RequestBuilder()
        let hash = Array(SHA256.hash(data: builder.publicKeyInfo))
        #expect(try builder.violations(policy: KeyPolicy(blockedKeys: [hash])) == ["blockedKey csr.publicKey"])
        #expect(try builder.violations(policy: KeyPolicy(blockedKeys: [Array(hash.reversed())])) == [])
    }
}
