import Configuration
import Glibc
import UnixSocket

/// Whether the process may open what the configuration lets others have it open.
struct OpenFilesCheck {
    let configuration: ServiceConfiguration

    /// Beside connections and sessions: standard streams, the socket, the journal, event loops, and a little air.
    private static let otherFiles = 64

    /// A connection is one descriptor, be it a refused one. SoftHSM and others open files as they sign, two a session at most; a
    /// module that finds no descriptor left may fail for good.
    var needed: Int {
        let sessions = configuration.tokens.map { $0.sessions ?? max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))) }
        let connections = configuration.limits.connections + ServerConfiguration.Limits().lingeringRefusals
        return connections + 2 * sessions.reduce(0, +) + Self.otherFiles
    }

    func finding() -> Finding {
        var limit = rlimit()
        guard unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else {
            return .fault("RLIMIT_NOFILE cannot be read")
        }
        // The daemon raises its soft limit to the hard one.
        let allowed = Int(clamping: limit.rlim_max)
        guard allowed >= needed else {
            return .warning(
                "\(configuration.limits.connections) connections need \(needed), and \(allowed) are allowed: "
                    + "raise the hard limit (LimitNOFILE=\(needed) in a unit), or lower limits.connections")
        }
        return .sound("ok: \(needed) needed, \(allowed == .max ? "any number" : String(allowed)) allowed")
    }
}
