import CLinux
import Glibc

/// A thread of the operating system, for calls that block: a vendor's may do so for ever, which the cooperative pool could not
/// bear.
package struct OSThread: Sendable {
    private let handle: pthread_t

    /// No thread was started.
    package struct Failure: Error, Hashable, Sendable {
        /// Of pthread_create(3).
        package let code: Int32
    }

    /// Starts a thread, with all signals blocked in it so that they reach the threads that wait for them.
    ///
    /// - Parameter name: what ps(1) and debuggers show, cut to 15 octets.
    package init(name: String, _ body: sending @escaping () -> Void) throws(Failure) {
        let box = unsafe Unmanaged.passRetained(Body(name: String(name.prefix(15)), run: body))
        var (handle, all, before) = (pthread_t(), sigset_t(), sigset_t())
        unsafe sigfillset(&all)
        // The new thread inherits the mask of the one that makes it.
        unsafe pthread_sigmask(SIG_SETMASK, &all, &before)
        let code = unsafe pthread_create(
            &handle, nil,
            { pointer in
                guard let pointer = unsafe pointer else { return nil }
                let body = unsafe Unmanaged<Body>.fromOpaque(pointer).takeRetainedValue()
                unsafe countersign_name_thread(body.name)
                body.run()
                return nil
            }, box.toOpaque())
        unsafe pthread_sigmask(SIG_SETMASK, &before, nil)
        guard code == 0 else {
            unsafe box.release()
            throw Failure(code: code)
        }
        self.handle = handle
    }

    private final class Body {
        let name: String
        let run: () -> Void

        init(name: String, run: @escaping () -> Void) {
            self.name = name
            self.run = run
        }
    }

    /// Waits for the thread's end. Once, and not after `detach`.
    package func join() { pthread_join(handle, nil) }

    /// Lets the thread go: nobody will wait for it.
    package func detach() { pthread_detach(handle) }
}
