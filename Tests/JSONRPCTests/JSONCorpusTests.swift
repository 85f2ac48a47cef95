import Glibc
import JSONRPC
import Testing

private let corpusFolder: String? = unsafe getenv("COUNTERSIGN_CORPORA").map { unsafe String(cString: $0) + "/json" }

/// The texts of JSONTestSuite, where `COUNTERSIGN_CORPORA` names the folder that holds them in `json/`.
@Suite("The JSON gate on a public corpus", .enabled(if: corpusFolder != nil))
struct JSONCorpusTests {
    /// Valid JSON that the gate refuses by its own rules.
    private static let refusedByDesign: [String: JSONSyntaxError.Reason] = [
        "y_object_duplicated_key.json": .duplicateName,
        "y_object_duplicated_key_and_value.json": .duplicateName,
    ]

    @Test("accepts what must parse, refuses what must not, and survives the rest")
    func corpus() throws {
        let folder = try #require(corpusFolder)
        let names = try Self.names(in: folder)
        #expect(names.count > 200)
        for name in names {
            let text = try #require(Self.contents(of: folder + "/" + name), "\(name) cannot be read")
            let outcome = Result { () throws(JSONSyntaxError) in try JSONValue(parsing: text) }
            switch (name.prefix(2), outcome) {
            case ("y_", .success(let value)):
                #expect(Self.refusedByDesign[name] == nil, "\(name) should have been refused")
                #expect(try JSONValue(parsing: value.encoded()) == value, "\(name)")
            case ("y_", .failure(let error)):
                #expect(Self.refusedByDesign[name] == error.reason, "\(name): \(error)")
            case ("n_", .success): Issue.record("\(name) was accepted")
            default: break
            }
        }
    }

    private struct Unreadable: Error { let path: String }

    private static func names(in folder: String) throws -> [String] {
        guard let directory = unsafe opendir(folder) else { throw Unreadable(path: folder) }
        defer { unsafe closedir(directory) }
        var names: [String] = []
        while let entry = unsafe readdir(directory) {
            let name = unsafe withUnsafeBytes(of: entry.pointee.d_name) { bytes in
                unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name.hasSuffix(".json") { names.append(name) }
        }
        return names.sorted()
    }

    private static func contents(of path: String) -> [UInt8]? {
        guard let file = unsafe fopen(path, "rb") else { return nil }
        defer { unsafe fclose(file) }
        var contents: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = unsafe fread(&chunk, 1, chunk.count, file)
            guard count > 0 else { return contents }
            contents.append(contentsOf: chunk[..<count])
        }
    }
}
