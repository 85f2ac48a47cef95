import Foundation
import Testing

/// The process that works on a journal by itself.
final class Exerciser {
    private let process = Process()
    private let output = Pipe()
    private let input = Pipe()
    private var buffer: [UInt8] = []

    /// Starts it, next to the program that runs the tests.
    init(_ arguments: [String]) throws {
        let directory = try #require(
            Bundle.main.executableURL?.deletingLastPathComponent() ?? Bundle.main.bundleURL)
        var candidate = directory
        // The test program may lie deeper in the build folder than the executables.
        while candidate.path != "/",
            !FileManager.default.isExecutableFile(atPath: candidate.appendingPathComponent("JournalExerciser").path)
        {
            candidate = candidate.deletingLastPathComponent()
        }
        process.executableURL = candidate.appendingPathComponent("JournalExerciser")
        process.arguments = arguments
        process.standardOutput = output
        process.standardInput = input
        process.standardError = FileHandle.nullDevice
        try process.run()
    }

    deinit { kill() }

    /// The next whole line that it says; `nil` when it has ended.
    func line() -> String? {
        while true {
            if let end = buffer.firstIndex(of: UInt8(ascii: "\n")) {
                defer { buffer.removeSubrange(...end) }
                return String(decoding: buffer[..<end], as: UTF8.self)
            }
            let more = output.fileHandleForReading.availableData
            guard !more.isEmpty else { return nil }
            buffer += more
        }
    }

    /// `kill -9`, and waits for its end.
    func kill() {
        guard process.isRunning else { return }
        Foundation.kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }
}
