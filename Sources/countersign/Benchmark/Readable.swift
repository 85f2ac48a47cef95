import CLinux
import Console
import Glibc

/// Which of some descriptors have something to be read, asked of epoll(7): what it costs does not grow with those that have not.
struct Readable: ~Copyable {
    private let descriptor: Int32
    private let count: Int

    /// - Throws: `CommandFailure` where the kernel has no room for it.
    init(_ descriptors: [Int32]) throws(CommandFailure) {
        descriptor = epoll_create1(Int32(EPOLL_CLOEXEC))
        count = descriptors.count
        guard descriptor >= 0 else { throw Self.failure }
        for (index, watched) in descriptors.enumerated() {
            var event = unsafe epoll_event(events: EPOLLIN.rawValue, data: epoll_data_t(u64: UInt64(index)))
            guard unsafe epoll_ctl(descriptor, EPOLL_CTL_ADD, watched, &event) == 0 else { throw Self.failure }
        }
    }

    deinit { close(descriptor) }

    /// The places of those that can be read, or have hung up; none after a tenth of a second.
    func wait() throws(CommandFailure) -> [Int] {
        var events = unsafe [epoll_event](repeating: epoll_event(), count: count)
        let ready = unsafe epoll_wait(descriptor, &events, Int32(clamping: count), 100)
        guard ready >= 0 || errno == EINTR else { throw Self.failure }
        return unsafe events.prefix(max(0, Int(ready))).map { unsafe Int(clamping: $0.data.u64) }
    }

    private static var failure: CommandFailure { CommandFailure(.internalError, "epoll fails: \(describe(errno)).") }
}
