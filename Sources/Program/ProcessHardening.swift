import CLinux
import Console
import Glibc

/// What a process gives up before it holds anything worth having, and what it asks of the kernel.
package enum ProcessHardening {
    /// Why the kernel refuses, as a clause.
    package struct Refusal: Error, CustomStringConvertible {
        package let description: String
    }

    /// No PIN in a core dump, none read by a neighbour of the same user: PR_SET_DUMPABLE 0 and RLIMIT_CORE 0.
    package static func keepMemoryPrivate() throws(Refusal) {
        let error = countersign_set_undumpable()
        guard error == 0 else { throw Refusal(description: "PR_SET_DUMPABLE was refused: \(describe(error))") }
        try limit(RLIMIT_CORE) { $0 = rlimit(rlim_cur: 0, rlim_max: 0) }
    }

    /// Raises the soft limit of open files, as far as the hard one lets it.
    ///
    /// - Parameter count: how many are needed; as many as are allowed, where not given.
    /// - Returns: how many there may be now.
    @discardableResult
    package static func raiseOpenFileLimit(to count: Int = .max) throws(Refusal) -> Int {
        let raised = try limit(RLIMIT_NOFILE) { limit in
            limit.rlim_cur = max(limit.rlim_cur, min(limit.rlim_max, rlim_t(clamping: count)))
        }
        return Int(clamping: raised.rlim_cur)
    }

    @discardableResult
    private static func limit(
        _ resource: __rlimit_resource, _ change: (inout rlimit) -> Void
    ) throws(Refusal) -> rlimit {
        var value = rlimit()
        guard unsafe getrlimit(__rlimit_resource_t(resource.rawValue), &value) == 0 else {
            throw Refusal(description: "a resource limit cannot be read: \(describe(errno))")
        }
        change(&value)
        guard unsafe setrlimit(__rlimit_resource_t(resource.rawValue), &value) == 0 else {
            throw Refusal(description: "a resource limit cannot be set: \(describe(errno))")
        }
        return value
    }
}
