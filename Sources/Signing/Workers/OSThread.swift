import CLinux
import Dispatch
import Glibc
import Synchronization

/// A thread of the operating system: a vendor's call may block it for ever, which the cooperative pool could not bear.
struct OSThread: Sendable {
    private let handle: pthread_t

    /// Starts a thread, with all signals blocked in it so that they reach the threads that wait for them.
    ///
    /// - Parameter name: what ps(1) and debuggers show, cut to 15 octets.
    init(name: String, _ body: @escaping @Sendable () -> Void) throws(SigningError) {
        let box = unsafe Unmanaged.passRetained(Body(name: String(name.prefix(15)), run: body))
        var (handle, all, before) = (pthread_t(), sigset_t(), sigset_t())
        unsafe sigfillset(&all)
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
            throw SigningError(.unavailable, "no thread could be started (error \(code))")
        }
        self.handle = handle
    }

    private final class Body: Sendable {
        let name: String
        let run: @Sendable () -> Void

        init(name: String, run: @escaping @Sendable () -> Void) {
            self.name = name
            self.run = run
        }
    }

    /// Waits for the thread's end. Once, and not after `detach`.
    func join() { pthread_join(handle, nil) }

    /// Lets the thread go: nobody will wait for it.
    func detach() { pthread_detach(handle) }
}

extension OSThread {
    /// Runs blocking work on a thread of its own. Where it takes longer than `limit`, the error says so, and the work is left
    /// to itself.
    static func run<Success: Sendable>(
        name: String, limit: Duration, _ body: @escaping @Sendable () throws(SigningError) -> Success
    ) async throws(SigningError) -> Success {
        let result = await Caller<Result<Success, SigningError>>.wait { caller in
            let box = ResultBox<Success>()
            do throws(SigningError) {
                try OSThread(name: name + "-wait") { caller.resume(with: box.wait(limit)) }.detach()
            } catch {
                caller.resume(with: .failure(error))
                return
            }
            do throws(SigningError) {
                try OSThread(name: name) { box.fill(body) }.detach()
            } catch {
                box.fill { () throws(SigningError) in throw error }
            }
        }
        return try result.get()
    }

    private final class ResultBox<Success: Sendable>: Sendable {
        private let result = Mutex<Result<Success, SigningError>?>(nil)
        private let filled = DispatchSemaphore(value: 0)

        func fill(_ body: () throws(SigningError) -> Success) {
            let outcome: Result<Success, SigningError>
            do throws(SigningError) {
                outcome = .success(try body())
            } catch {
                outcome = .failure(error)
            }
            result.withLock { $0 = outcome }
            filled.signal()
        }

        func wait(_ limit: Duration) -> Result<Success, SigningError> {
            let end = DispatchTime.now().uptimeNanoseconds.addingReportingOverflow(limit.wholeNanoseconds)
            _ = filled.wait(timeout: end.overflow ? .distantFuture : DispatchTime(uptimeNanoseconds: end.partialValue))
            return result.withLock { $0 }
                ?? .failure(SigningError(.timedOut, "the token did not answer within \(limit)"))
        }
    }
}
