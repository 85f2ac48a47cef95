import Foundation
import Testing

@testable import Issuance

/// The folder of corpora, where the environment names one: `scripts/test-corpora` does.
private let corpora = ProcessInfo.processInfo.environment["COUNTERSIGN_CORPORA"].map {
    URL(fileURLWithPath: $0, isDirectory: true).appending(path: "csr")
}

@Suite("CSR corpus", .enabled(if: corpora != nil, "COUNTERSIGN_CORPORA names no folder"))
struct RequestCorpusTests {
    /// What four other implementations made of a CSR.
    struct Entry: Decodable {
        enum Verdict: String, Decodable { case accept, reject, disputed }

        let file: String
        let verdict: Verdict
        let keyPolicyOK: Bool

        enum CodingKeys: String, CodingKey {
            case file, verdict
            case keyPolicyOK = "key_policy_ok"
        }

        /// The file's name without its extension: a hash.
        var name: String { String(file.prefix { $0 != "." }) }
    }

    private static func entries() throws -> [Entry] {
        let folder = try #require(corpora)
        return try JSONDecoder().decode([Entry].self, from: Data(contentsOf: folder.appending(path: "manifest.json")))
    }

    /// By PEM, as a client sends it, under a profile that takes any subject and any name and passes over what else is asked for: a
    /// certificate, signed and read back, or the rules that are broken, each once, in their order.
    ///
    /// - Throws: what is not a refusal, which a client would hear of as a fault of the service.
    private static func outcome(of entry: Entry) throws -> RequestCorpusPins.Outcome {
        let der = [UInt8](try Data(contentsOf: #require(corpora).appending(path: entry.file)))
        let authority = try TestAuthority.shared()
        do {
            let request = try CertificateRequest(
                verifying: PEM.encode(der, label: "CERTIFICATE REQUEST"), policy: KeyPolicy())
            #expect(request.der == der)
            let template = try profile.get().admit(request, validity: .aDay, by: authority.issuer, at: now)
            let issued = try authority.issue(template)
            #expect(try IssuerCertificate(der: issued.der).publicKey == request.publicKey)
            return .accepted
        } catch IssuanceError.refused(let violations) {
            let known = Rule.request + Rule.admission
            #expect(violations.allSatisfy { known.contains($0.rule) && !$0.message.isEmpty && !$0.path.isEmpty })
            var rules: [Rule] = []
            for violation in violations where !rules.contains(violation.rule) { rules.append(violation.rule) }
            return .refused(rules)
        }
    }

    private static let profile = Result { try Profile.open { $0.requestedExtensions = .ignoreAll } }

    @Test("what every judge rejects is refused by a named rule")
    func rejected() throws {
        let entries = try Self.entries().filter { $0.verdict == .reject }
        #expect(!entries.isEmpty)
        for entry in entries {
            guard case .refused(let rules) = try Self.outcome(of: entry) else {
                Issue.record("\(entry.file) is accepted")
                continue
            }
            #expect(!rules.isEmpty, "\(entry.file)")
        }
    }

    @Test("what every judge and their key policy accept is accepted, unless a pin says why not")
    func accepted() throws {
        let entries = try Self.entries().filter { $0.verdict == .accept && $0.keyPolicyOK }
        #expect(!entries.isEmpty)
        for entry in entries {
            let expected = RequestCorpusPins.all[entry.name]?.outcome ?? .accepted
            #expect(try Self.outcome(of: entry) == expected, "\(entry.file)")
        }
    }

    @Test("what the judges or their key policy leave open comes out as it is pinned")
    func pinned() throws {
        let entries = try Self.entries().filter {
            $0.verdict == .disputed || $0.verdict == .accept && !$0.keyPolicyOK
        }
        #expect(!entries.isEmpty)
        for entry in entries {
            let pin = try #require(RequestCorpusPins.all[entry.name], "\(entry.file) is not in the table")
            #expect(try Self.outcome(of: entry) == pin.outcome, "\(entry.file): \(pin.reason)")
        }
    }

    @Test("every request ends in a certificate or in a refusal, never in a fault of the service; the totals")
    func totals() throws {
        let entries = try Self.entries()
        let outcomes = try entries.map { (verdict: $0.verdict, isCertified: try Self.outcome(of: $0) == .accepted) }
        print("CSR corpus: \(entries.count) requests under an open profile")
        for (verdict, name) in [(Entry.Verdict.accept, "accept"), (.disputed, "dispute"), (.reject, "reject")] {
            let judged = outcomes.filter { $0.verdict == verdict }
            let certified = judged.count(where: \.isCertified)
            print(
                "  \(judged.count) that the judges \(name): \(certified) certified, \(judged.count - certified) refused"
            )
        }
    }

    @Test("no pin is left over")
    func pinsAreUsed() throws {
        let names = Set(try Self.entries().map(\.name))
        #expect(RequestCorpusPins.all.keys.filter { !names.contains($0) } == [])
    }
}
