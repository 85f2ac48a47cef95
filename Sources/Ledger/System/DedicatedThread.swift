internal import Glibc

/// An operating-system thread for calls that block.
enum DedicatedThread {
    private final class Body {
        let run: () -> Void
        init(_ run: @escaping () -> Void) { self.run = run }
    }

    /// Starts a detached thread that runs `body` and ends. Signals are left to the other threads.
    ///
    /// - Returns: 0, or the error code of pthread_create(3).
    static func start(_ body: sending @escaping () -> Void) -> Int32 {
        let context = unsafe Unmanaged.passRetained(Body(body))
        var everySignal = sigset_t()
        var before = sigset_t()
        _ = unsafe sigfillset(&everySignal)
        // The new thread inherits the mask of the one that makes it.
        _ = unsafe pthread_sigmask(SIG_SETMASK, &everySignal, &before)
        defer { _ = unsafe pthread_sigmask(SIG_SETMASK, &before, nil) }
        var thread = pthread_t()
        let code = unsafe pthread_create(
            &thread, nil,
            { context in
                if let context = unsafe context {
                    unsafe Unmanaged<Body>.fromOpaque(context).takeRetainedValue().run()
                }
                return nil
            }, context.toOpaque())
        if code == 0 {
            pthread_detach(thread)
        } else {
            unsafe context.release()
        }
        return code
    }
}
