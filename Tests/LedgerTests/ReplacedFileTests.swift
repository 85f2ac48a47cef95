import Foundation
import Testing

@testable import Ledger

@Suite("A file that is replaced as a whole")
struct ReplacedFileTests {
    private let folder: TemporaryJournal
    private var path: String { folder.root + "/issuing.crl" }

    init() throws { folder = try TemporaryJournal() }

    @Test("what is put there is there, for everybody to read, and nothing is left beside it")
    func replaces() throws {
        let file = ReplacedFile(path)
        #expect(try file.read() == nil)
        for content in [[UInt8](repeating: 1, count: 100_000), [], [2]] {
            try file.replace(with: content)
            #expect(try file.read() == content)
        }
        let attributes = try FileManager.default.attributesOfItem(atPath: path)
        #expect(attributes[.posixPermissions] as? Int == 0o644)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.root) == ["issuing.crl"])
    }

    @Test("whichever call fails, it is what it was or what it is to be, and the next attempt succeeds")
    func faults() throws {
        let calls: Set<FileOperation> = [.open, .write, .status, .synchronize, .rename]
        let (old, new) = ([UInt8](repeating: 1, count: 5000), [UInt8](repeating: 2, count: 7000))
        var count = 0
        for nth in 1... {
            try ReplacedFile(path).replace(with: old)
            let script = FaultScript(at: nth, of: calls, .fail(EIO))
            do {
                try ReplacedFile(path, operations: script.operations).replace(with: new)
            } catch {
                #expect(script.struck)
            }
            let found = try ReplacedFile(path).read()
            #expect(found == old || found == new)
            try ReplacedFile(path).replace(with: new)
            #expect(try ReplacedFile(path).read() == new)
            guard script.struck else { break }
            count += 1
        }
        #expect(count >= 5)
    }

    @Test("what an interrupted attempt has left is in nobody's way")
    func leftover() throws {
        try Data([9, 9]).write(to: URL(fileURLWithPath: path + ".new"))
        try ReplacedFile(path).replace(with: [1])
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.root) == ["issuing.crl"])
    }

    @Test("a link is not followed, and a longer file than allowed is not read")
    func strangers() throws {
        try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: "/etc/passwd")
        #expect(throws: LedgerError.self) { try ReplacedFile(path).read() }
        try ReplacedFile(path).replace(with: [1, 2, 3])
        #expect(try ReplacedFile(path).read() == [1, 2, 3])
        #expect(throws: LedgerError.alienFile(path: path)) { try ReplacedFile(path).read(limit: 2) }
    }
}
