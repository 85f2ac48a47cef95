import Foundation
import TestSupport
import Testing

@testable import Console

@Suite("files that are written once")
struct NewFileTests {
    private let path: String

    init() throws { path = try ChildProcess.scratch.get() + "/" + UUID().uuidString }

    private func contents() -> [UInt8]? { FileManager.default.contents(atPath: path).map { Array($0) } }

    @Test("it takes nothing's place, and what an interrupted attempt has left is none")
    func written() throws {
        try Data([9]).write(to: URL(fileURLWithPath: path + ".new"))
        #expect(contents() == nil)
        try NewFile.write([1, 2], to: path, mode: 0o600)
        #expect(contents() == [1, 2])
        #expect(!FileManager.default.fileExists(atPath: path + ".new"))
        do {
            try NewFile.write([3], to: path, mode: 0o600)
            Issue.record("it was overwritten")
        } catch { #expect(error.isTaken) }
        #expect(contents() == [1, 2])
        #expect(!FileManager.default.fileExists(atPath: path + ".new"))
    }

    @Test("a link of that name leads nowhere, and a folder that is not there is told")
    func refused() throws {
        try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: path + "-other")
        #expect(throws: NewFile.Failure.self) { try NewFile.write([1], to: path, mode: 0o600) }
        #expect(!FileManager.default.fileExists(atPath: path + "-other"))
        #expect(throws: NewFile.Failure.self) { try NewFile.write([1], to: path + "/none/file", mode: 0o600) }
    }
}
