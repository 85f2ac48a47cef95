import Console
import Glibc
import Ledger
import Timekeeping

/// Whether the daemon could open its journal. It is only read, without its lock, so that a daemon may be at work in it.
struct JournalCheck {
    private let directory: String
    private let configuration: JournalConfiguration
    private let mayCreate: Bool
    private let clock: WallClock

    /// - Parameters:
    ///   - directory: absolute; a slash at its end is not looked at.
    ///   - mayCreate: whether the daemon would make a journal where there is none.
    ///   - clock: the daemon's.
    init(
        directory: String, configuration: JournalConfiguration = JournalConfiguration(), mayCreate: Bool,
        clock: WallClock
    ) {
        self.directory = directory.count > 1 && directory.hasSuffix("/") ? String(directory.dropLast()) : directory
        self.configuration = configuration
        self.mayCreate = mayCreate
        self.clock = clock
    }

    func finding() -> Finding {
        var status = stat()
        // A symbolic link is not followed, as the daemon does not.
        guard unsafe lstat(directory, &status) == 0 else {
            let code = errno
            guard code == ENOENT else { return .fault(describe(code)) }
            return notYet()
        }
        guard status.st_mode & S_IFMT != S_IFLNK else { return .fault("\(LedgerError.symbolicLink(directory))") }
        guard status.st_mode & S_IFMT == S_IFDIR else { return .fault("it is not a folder") }
        guard status.st_uid == geteuid() else {
            return .fault("it belongs to uid \(status.st_uid), not to uid \(geteuid()), as whom this runs")
        }
        guard status.st_mode & 0o077 == 0 else {
            return .fault(
                "its mode is \(String(status.st_mode & 0o777, radix: 8)), open to others: chmod go= \(directory)")
        }
        guard Folder(directory).takesFiles else {
            return .fault("it cannot be written: \(describe(errno))")
        }
        return replay()
    }

    /// The daemon makes it, if it was told to.
    ///
    /// - Parameter isFolder: whether there is a folder already, an empty one.
    private func notYet(isFolder: Bool = false) -> Finding {
        guard mayCreate else { return .fault("\(LedgerError.absent(directory: directory))") }
        do { try Journal.checkCreatable(directory: directory) } catch { return .fault("\(error)") }
        let folder = Folder(holding: directory)
        guard folder.takesFiles else {
            let reason = describe(errno)
            return .fault(
                isFolder
                    ? "a new journal is put in its place by renaming in \(folder.path), which cannot be written: \(reason)"
                    : "it does not exist, and cannot be made in \(folder.path): \(reason)")
        }
        if let fault = lackOfRoom(in: folder.path) { return fault }
        return .sound("ok: there is none yet; the daemon makes it")
    }

    private func replay() -> Finding {
        let (records, torn, time): (Int, Int, Instant)
        do {
            (records, torn, time) = try count(attempts: 3)
        } catch .absent {
            return notYet(isFolder: true)
        } catch {
            return .fault("\(error)")
        }
        // A daemon that is at work dates records while they are read.
        let now = clock.now()
        guard time <= now else { return .fault("\(LedgerError.clockBehind(lastRecord: time, now: now))") }
        if let fault = lackOfRoom(in: directory) { return fault }
        guard torn == 0 else {
            return .warning(
                "\(records) records, then \(torn) octets of a batch that is being written or was never finished: the next start cuts it off"
            )
        }
        return .sound("ok: \(records) records")
    }

    /// Reads all of it. A batch that a daemon was writing as it was read, with the next behind it already, looks damaged; read
    /// again it does not, and damage does.
    private func count(attempts: Int) throws(LedgerError) -> (records: Int, tornOctets: Int, time: Instant) {
        do {
            var reader = try JournalReader(directory: directory)
            var records = 0
            while try reader.next() != nil { records += 1 }
            return (records, reader.end?.tornOctets ?? 0, reader.time)
        } catch .corrupted where attempts > 1 {
            return try count(attempts: attempts - 1)
        }
    }

    /// A start writes the last segment anew, and then there has to be room for what follows.
    private func lackOfRoom(in folder: String) -> Finding? {
        let needed = configuration.segmentOctets + configuration.allocationOctets
        var fileSystem = statvfs()
        guard unsafe statvfs(folder, &fileSystem) == 0 else { return .fault("its file system: \(describe(errno))") }
        let (free, isLarge) = fileSystem.f_bavail.multipliedReportingOverflow(by: UInt(fileSystem.f_frsize))
        guard isLarge || free >= UInt(needed) else {
            return .fault("\(free >> 20) MiB are free on its file system; a start may take \(needed >> 20) MiB")
        }
        return nil
    }
}
