import Foundation
import Issuance
import Testing

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

    /// By PEM, as a client sends it. The rules that it breaks, each once, in their order.
    private static func outcome(of entry: Entry) throws -> RequestCorpusPins.Outcome {
        let der = [UInt8](try Data(contentsOf: #require(corpora).appending(path: entry.file)))
        do throws(IssuanceError) {
            let request = try CertificateRequest(
                verifying: PEM.encode(der, label: "CERTIFICATE REQUEST"), policy: KeyPolicy())
            #expect(request.der == der)
            return .accepted
        } catch {
            guard case .refused(let violations) = error else { throw error }
            #expect(violations.allSatisfy { Rule.request.contains($0.rule) && !$0.message.isEmpty })
            var rules: [Rule] = []
            for violation in violations where !rules.contains(violation.rule) { rules.append(violation.rule) }
            return .refused(rules)
        }
    }

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

    @Test("no pin is left over")
    func pinsAreUsed() throws {
        let names = Set(try Self.entries().map(\.name))
        #expect(RequestCorpusPins.all.keys.filter { !names.contains($0) } == [])
    }
}
