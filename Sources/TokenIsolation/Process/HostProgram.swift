/// What is run as a module's host.
package struct HostProgram: Hashable, Sendable {
    package let path: String
    /// Without the name of the program.
    package let arguments: [String]

    package init(path: String, arguments: [String]) {
        self.path = path
        self.arguments = arguments
    }

    /// The first argument with which the daemon's program is a host.
    package static let argument = "module-host"

    /// This process's own program, be its file replaced by now.
    package static func thisProgram(arguments: [String]) -> HostProgram {
        HostProgram(path: "/proc/self/exe", arguments: [argument] + arguments)
    }
}
