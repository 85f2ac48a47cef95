import CLinux
import Console
import Glibc

/// What the process gives up before it holds anything worth having.
enum ProcessHardening {
    /// - Throws: `StartError` where the kernel refuses.
    static func apply() throws(StartError) {
        // A peer or a vendor's remote module that dies must not take the daemon along.
        signal(SIGPIPE, SIG_IGN)
        // Journal, socket and whatever a module writes: for this user alone, unless a mode is set on purpose.
        umask(0o077)
        // No PIN in a core dump, none read by a neighbour of the same user.
        let error = countersign_set_undumpable()
        guard error == 0 else { throw StartError("PR_SET_DUMPABLE was refused: \(describe(error))") }
        try limit(RLIMIT_CORE) { $0 = rlimit(rlim_cur: 0, rlim_max: 0) }
        // As many connections as the kernel allows this process; the configuration's own limit is lower.
        try limit(RLIMIT_NOFILE) { $0.rlim_cur = $0.rlim_max }
    }

    private static func limit(
        _ resource: __rlimit_resource, _ change: (inout rlimit) -> Void
    ) throws(StartError) {
        var value = rlimit()
        guard unsafe getrlimit(__rlimit_resource_t(resource.rawValue), &value) == 0 else {
            throw StartError("a resource limit cannot be read: \(describe(errno))")
        }
        change(&value)
        guard unsafe setrlimit(__rlimit_resource_t(resource.rawValue), &value) == 0 else {
            throw StartError("a resource limit cannot be set: \(describe(errno))")
        }
    }
}
