package import Foundation

/// The `openssl` command, as an outside source of keys, requests and signatures.
package struct OpenSSLTool {
    /// Holds what the commands write; removed by `close`.
    package let folder: URL

    package struct Failure: Error, CustomStringConvertible {
        package let description: String
    }

    package init() throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "openssl-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    package func close() {
        try? FileManager.default.removeItem(at: folder)
    }

    /// Runs `openssl` with these arguments in the folder.
    /// - Returns: what it wrote to its output.
    @discardableResult
    package func run(_ arguments: String...) throws -> [UInt8] { try run(arguments) }

    @discardableResult
    package func run(_ arguments: [String]) throws -> [UInt8] {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["openssl"] + arguments
        process.currentDirectoryURL = folder
        let (output, complaints) = (Pipe(), folder.appending(path: "stderr-\(UUID().uuidString)"))
        try Data().write(to: complaints)
        process.standardOutput = output
        process.standardError = try FileHandle(forWritingTo: complaints)
        process.standardInput = FileHandle.nullDevice
        try process.run()
        let written = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            let text = (try? String(contentsOf: complaints, encoding: .utf8)) ?? ""
            throw Failure(description: "openssl \(arguments.joined(separator: " ")): \(text)")
        }
        return [UInt8](written)
    }

    package func write(_ octets: [UInt8], to name: String) throws {
        try Data(octets).write(to: folder.appending(path: name))
    }

    package func read(_ name: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: folder.appending(path: name)))
    }
}
