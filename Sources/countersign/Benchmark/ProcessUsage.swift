import Glibc

/// What the kernel has counted for another process: /proc/PID (proc(5)).
struct ProcessUsage {
    /// User and system time, in seconds.
    let cpuSeconds: Double
    let residentBytes: Int

    /// - Throws: `CommandFailure` where the process has gone or its figures cannot be read.
    init(pid: Int32) throws(CommandFailure) {
        // The name, in parentheses, may hold blanks: the fields are counted from behind it. utime and stime are the 14th and 15th.
        let stat = try InputFile.text(at: "/proc/\(pid)/stat")
        let fields = stat[(stat.lastIndex(of: ")") ?? stat.startIndex)...].split(separator: " ")
        guard fields.count > 13, let user = Double(fields[12]), let system = Double(fields[13]) else {
            throw CommandFailure(.noInput, "/proc/\(pid)/stat is not as expected.")
        }
        cpuSeconds = (user + system) / Double(sysconf(Int32(_SC_CLK_TCK)))
        // Pages: total, then resident.
        let pages = try InputFile.text(at: "/proc/\(pid)/statm").split(separator: " ")
        guard pages.count > 1, let resident = Int(pages[1]) else {
            throw CommandFailure(.noInput, "/proc/\(pid)/statm is not as expected.")
        }
        residentBytes = resident * sysconf(Int32(_SC_PAGESIZE))
    }
}
