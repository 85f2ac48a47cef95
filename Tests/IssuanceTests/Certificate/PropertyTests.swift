import Foundation
import PublicKeys
import SwiftASN1
import Testing
import Timekeeping

@testable import Issuance

/// Certificates of random content read back as what was asked for. `COUNTERSIGN_TEST_SEED` repeats a run.
struct PropertyTests {
    /// SplitMix64.
    private struct Generator: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state &+= 0x9e37_79b9_7f4a_7c15
            var value = state
            value = (value ^ (value >> 30)) &* 0xbf58_476d_1ce4_e5b9
            value = (value ^ (value >> 27)) &* 0x94d0_49bb_1331_11eb
            return value ^ (value >> 31)
        }

        mutating func label() -> String {
            let characters = Array("abcdefghijklmnopqrstuvwxyz0123456789".utf8)
            let count = Int.random(in: 1...20, using: &self)
            return String(
                decoding: (0..<count).map { _ in characters[Int.random(in: 0..<36, using: &self)] }, as: UTF8.self)
        }

        mutating func name() -> GeneralName {
            let host = "\(label()).\(label()).example"
            return switch Int.random(in: 0..<5, using: &self) {
            case 0: .dns(host)
            case 1: .dns("*." + host)
            case 2: .email("\(label())@\(host)")
            case 3: .uri("https://\(host)/\(label())")
            default: .ip((0..<(Bool.random(using: &self) ? 4 : 16)).map { _ in .random(in: 0...255, using: &self) })
            }
        }

        mutating func identifier() throws -> ASN1ObjectIdentifier {
            let arcs = (0..<Int.random(in: 1...6, using: &self)).map { _ in
                String(UInt32.random(in: 0 ... .max, using: &self))
            }
            return try ASN1ObjectIdentifier(dotRepresentation: (["1", "3"] + arcs).joined(separator: "."))
        }
    }

    @Test("What was asked for is what SwiftASN1 reads back")
    func readsBack() throws {
        let text = ProcessInfo.processInfo.environment["COUNTERSIGN_TEST_SEED"]
        let seed = text.flatMap { UInt64($0) } ?? .random(in: 0 ... .max)
        print("PropertyTests: COUNTERSIGN_TEST_SEED=\(seed)")
        var generator = Generator(state: seed)
        let authority = try TestAuthority.shared()
        for round in 0..<300 {
            try self.round(&generator, authority, "seed \(seed), round \(round)")
        }
    }

    private func round(_ generator: inout Generator, _ authority: TestAuthority, _ comment: Comment) throws {
        let kind = TestKey.Kind.allCases.randomElement(using: &generator) ?? .p256
        let key = try TestKey.shared(kind).publicKey
        let servable = KeyKind(key).servableUsage.subtracting([.encipherOnly, .decipherOnly])
        let usage = KeyUsage(rawValue: .random(in: 0...511, using: &generator)).intersection(servable)
        var names = Set((0..<Int.random(in: 1...12, using: &generator)).map { _ in generator.name() }).sorted {
            "\($0)" < "\($1)"
        }
        let purposes = try Set((0..<Int.random(in: 0...4, using: &generator)).map { _ in try generator.identifier() })
            .map(\.self)
        let policies = try Set((0..<Int.random(in: 0...4, using: &generator)).map { _ in try generator.identifier() })
            .map(\.self)
        let subject = DistinguishedName(
            SubjectField.allCases.filter { _ in Bool.random(using: &generator) }.map { field in
                (field, field == .country ? "DE" : field == .emailAddress ? "a@example.org" : generator.label())
            })
        if subject.attributes.contains(where: { SubjectField($0.type) == .emailAddress }) {
            names.append(.email("a@example.org"))
        }
        let profile = try Profile.open { profile in
            profile.keyUsage = usage
            profile.extendedKeyUsages = purposes
            profile.isExtendedKeyUsageCritical = Bool.random(using: &generator)
            profile.certificatePolicies = policies
            profile.basicConstraints = Bool.random(using: &generator) ? .absent : .emptySequence
            profile.validity.maximum = try Lifetime(parsing: "9y")
        }
        let ttl = try #require(Lifetime(seconds: .random(in: 100...(86_400 * 3000), using: &generator)))
        let request = CertificateRequest(subject, key: key, names: names)
        let template = try profile.admit(request, validity: ValidityOrder(ttl: ttl), by: authority.issuer, at: now)
        let issued = try authority.issue(template)

        let parsed = try ParsedCertificate(der: issued.der).tbs
        #expect(parsed.serialNumber.elementsEqual(issued.serial.octets), comment)
        #expect(parsed.subject.elementsEqual(subject.der), comment)
        #expect(parsed.subjectPublicKeyInfo.elementsEqual(key.subjectPublicKeyInfo), comment)
        #expect(parsed.notBefore.instant == template.notBefore, comment)
        #expect(
            parsed.notAfter.instant.secondsSinceEpoch - parsed.notBefore.instant.secondsSinceEpoch == ttl.seconds - 1,
            comment)
        let read = try (parsed.extensions ?? []).map { found in
            try CertificateExtension(try #require(found.kind), found.reader, isCritical: found.isCritical)
        }
        #expect(read == template.extensions, comment)
        #expect(read.contains(.subjectAlternativeName(names, isCritical: subject.isEmpty)), comment)
        #expect(read.contains(.keyUsage(usage)) == !usage.isEmpty, comment)
        #expect(
            read.contains(.extendedKeyUsage(purposes, isCritical: profile.isExtendedKeyUsageCritical)) == !purposes
                .isEmpty,
            comment)
        #expect(read.contains(.certificatePolicies(policies)) == !policies.isEmpty, comment)
        #expect(read.contains(.basicConstraints(.leaf)) == (profile.basicConstraints == .emptySequence), comment)
    }
}
