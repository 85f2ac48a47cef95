import FoundationEssentials

/// A PKCS #11 module that hands everything on to SoftHSM and misbehaves where the test says so; `FaultShim.c` tells how. Each
/// has its own rules and its own record of calls, also in a child process.
package final class FaultyModule: Sendable {
    /// Of the library: a copy of its own.
    package let path: String

    package init() throws {
        let folder = try SoftHSM.shared().directory + "/fault-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        path = folder + "/module.so"
        try FileManager.default.copyItem(atPath: BuiltProduct.path(of: "libFaultShim.so"), toPath: path)
    }

    /// What is to go wrong from now on, in place of what was; nothing, where there is no rule.
    package func set(_ rules: String...) throws {
        try (rules.joined(separator: "\n") + "\n").write(toFile: path + ".rules", atomically: true, encoding: .utf8)
    }

    /// The functions that were called, in their order.
    package var calls: [String] {
        guard let text = try? String(contentsOfFile: path + ".calls", encoding: .utf8) else { return [] }
        return text.split(separator: "\n").map(String.init)
    }

    /// How often a function was called.
    package func count(of function: String) -> Int { calls.count { $0 == function } }
}
