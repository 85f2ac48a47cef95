/// What is run as a module's host.
package struct HostProgram: Hashable, Sendable {
    package let path: String
    /// What ps(1) shows in the place of the path.
    let name: String
    /// Without the name of the program.
    package let arguments: [String]

    package init(path: String, name: String? = nil, arguments: [String]) {
        self.path = path
        self.name = name ?? path
        self.arguments = arguments
    }

    /// The first argument with which the daemon's program is a host.
    package static let argument = "module-host"

    /// This process's own program, be its file replaced by now.
    package static func thisProgram(arguments: [String]) -> HostProgram {
        HostProgram(path: "/proc/self/exe", name: "countersignd", arguments: [argument] + arguments)
    }
}
