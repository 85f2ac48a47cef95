/// What is run as a token's helper.
package struct HelperProgram: Hashable, Sendable {
    package let path: String
    /// Without the name of the program.
    package let arguments: [String]

    package init(path: String, arguments: [String]) {
        self.path = path
        self.arguments = arguments
    }

    /// The first argument with which the daemon's program is a helper.
    package static let argument = "token-helper"

    /// This process's own program, be its file replaced by now.
    package static func thisProgram(arguments: [String]) -> HelperProgram {
        HelperProgram(path: "/proc/self/exe", arguments: [argument] + arguments)
    }
}
