import Foundation
import Testing

@testable import Ledger

@Suite("A file that is added to")
struct GrowingFileTests {
    @Test("what is added comes behind what is there, for this user alone")
    func grows() throws {
        let folder = try TemporaryJournal()
        let file = GrowingFile(folder.root + "/checkpoints.pem")
        try file.append([1, 2])
        try file.append([])
        try file.append([3])
        #expect(try Data(contentsOf: URL(fileURLWithPath: file.path)) == Data([1, 2, 3]))
        let attributes = try FileManager.default.attributesOfItem(atPath: file.path)
        #expect(attributes[.posixPermissions] as? Int == 0o600)
    }

    @Test("a folder that is not there is an error, not a crash")
    func missing() {
        #expect(throws: LedgerError.self) { try GrowingFile("/nonexistent/checkpoints.pem").append([1]) }
    }
}
