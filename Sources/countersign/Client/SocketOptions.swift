import ArgumentParser
import Configuration
import Glibc

/// Where the daemon listens, and how to show what it says.
struct SocketOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The daemon's socket.", valueName: "path"))
    var socket: String?

    @Flag(help: "Print JSON instead of text for people.")
    var json = false

    var path: String {
        socket ?? environment("COUNTERSIGN_SOCKET") ?? ServiceConfiguration.Socket.defaultPath
    }
}

/// A variable of the environment; `nil` where it is not set.
func environment(_ name: String) -> String? {
    unsafe getenv(name).map { unsafe String(cString: $0) }
}
