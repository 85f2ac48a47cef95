import Configuration
import Glibc
import Testing

/// The YAML blocks of `docs/configuration.md`, which the tests keep true.
enum Examples {
    static let methods = ["signCertificate", "signIntermediateCa", "listProfiles", "listAuthorities", "getStatus"]

    static var smallest: String { get throws { try block(0) } }
    static var writtenOut: String { get throws { try block(1) } }
    static var everyKey: String { get throws { try block(2) } }

    private struct Missing: Error {}

    private static func block(_ index: Int) throws -> String {
        let text = file("docs/configuration.md") ?? ""
        let blocks = text.split(separator: "\n```yaml\n", omittingEmptySubsequences: false).dropFirst()
            .compactMap { $0.split(separator: "\n```", maxSplits: 1).first.map { String($0) + "\n" } }
        guard blocks.count == 3 else { throw Missing() }
        return blocks[index]
    }

    /// A file of the repository, by its path from the top; `nil` where it cannot be read.
    static func file(_ path: String) -> String? {
        let root = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
        guard let file = unsafe fopen("/\(root)/\(path)", "r") else { return nil }
        defer { unsafe fclose(file) }
        var bytes = [UInt8](repeating: 0, count: 1 << 20)
        let count = unsafe fread(&bytes, 1, bytes.count, file)
        return String(decoding: bytes.prefix(count), as: UTF8.self)
    }

    /// Reads `yaml` as if it stood in `/etc/countersign`.
    static func load(_ yaml: String) throws(ConfigurationError) -> ServiceConfiguration {
        try ServiceConfiguration(yaml: Array(yaml.utf8), path: "/etc/countersign/countersign.yaml", methods: methods)
    }

    /// The problems of `yaml`; none where it is taken.
    static func problems(_ yaml: String) -> [ConfigurationError.Problem] {
        do throws(ConfigurationError) {
            _ = try load(yaml)
            return []
        } catch {
            return error.problems
        }
    }
}

/// A change to the smallest example: `old`, which has to be there once, becomes `new`.
struct Edit: Sendable, CustomTestStringConvertible {
    let old: String
    let new: String

    init(_ old: String, _ new: String) {
        self.old = old
        self.new = new
    }

    func applied(to yaml: String) throws -> String {
        struct NotOnce: Error { let text: String }
        guard yaml.split(separator: old, omittingEmptySubsequences: false).count == 2 else { throw NotOnce(text: old) }
        return yaml.replacing(old, with: new)
    }

    var testDescription: String { "\(old.debugDescription) → \(new.debugDescription)" }
}
