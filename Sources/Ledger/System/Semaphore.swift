internal import Glibc

/// A counting semaphore (POSIX sem_t): lets a thread sleep until somebody else has work for it.
@safe final class Semaphore: @unchecked Sendable {
    /// sem_t may not move, so it has a place of its own.
    private let raw: UnsafeMutablePointer<sem_t>

    init() {
        unsafe raw = .allocate(capacity: 1)
        unsafe raw.initialize(to: sem_t())
        // Fails only for a start value that is too large.
        _ = unsafe sem_init(raw, 0, 0)
    }

    deinit {
        _ = unsafe sem_destroy(raw)
        unsafe raw.deallocate()
    }

    func signal() {
        _ = unsafe sem_post(raw)
    }

    /// Blocks the calling thread: never call it on the cooperative pool.
    func wait() {
        while unsafe sem_wait(raw) != 0 {}
    }
}
