import Foundation

/// What was built beside the tests.
package enum BuiltProduct {
    /// The absolute path of a program or library of this package.
    package static func path(of name: String) throws -> String {
        let places = [ProcessInfo.processInfo.arguments.first ?? "", "/proc/self/exe"].map {
            URL(fileURLWithPath: $0).resolvingSymlinksInPath().deletingLastPathComponent().appending(path: name).path
        }
        guard let path = places.first(where: FileManager.default.fileExists(atPath:)) else {
            throw TestSupportError("\(name) is in none of \(places)")
        }
        return path
    }
}
