import Foundation
import Glibc

/// What the kernel has counted for another process: /proc/PID (proc(5)).
struct ProcessUsage {
    /// User and system time, in seconds.
    let cpuSeconds: Double
    /// Of those, what its threads of a name have used, as far as they are still there.
    let cpuSecondsByThread: [String: Double]
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
        cpuSecondsByThread = try Self.threads(of: pid)
        // Pages: total, then resident.
        let pages = try InputFile.text(at: "/proc/\(pid)/statm").split(separator: " ")
        guard pages.count > 1, let resident = Int(pages[1]) else {
            throw CommandFailure(.noInput, "/proc/\(pid)/statm is not as expected.")
        }
        residentBytes = resident * sysconf(Int32(_SC_PAGESIZE))
    }

    private static func threads(of pid: Int32) throws(CommandFailure) -> [String: Double] {
        let folder = "/proc/\(pid)/task"
        let threads: [String]
        do { threads = try FileManager.default.contentsOfDirectory(atPath: folder) } catch {
            throw CommandFailure(.noInput, "\(folder) cannot be read.")
        }
        var seconds: [String: Double] = [:]
        for thread in threads {
            // One that has ended meanwhile is none of those that are looked for.
            guard let name = try? InputFile.text(at: "\(folder)/\(thread)/comm"),
                let times = try? InputFile.text(at: "\(folder)/\(thread)/schedstat").split(separator: " "),
                let running = times.first.flatMap({ Double($0) })
            else { continue }
            seconds[name.trimmingCharacters(in: .whitespacesAndNewlines), default: 0] += running / 1_000_000_000
        }
        return seconds
    }
}
