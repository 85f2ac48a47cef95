import Dispatch
import Synchronization
import Threads

extension OSThread {
    /// Runs blocking work on a thread of its own. Where it takes longer than `limit`, the error says so, and the work is left
    /// to itself.
    static func run<Success: Sendable>(
        name: String, limit: Duration, _ body: @escaping @Sendable () throws(SigningError) -> Success
    ) async throws(SigningError) -> Success {
        let result = await Caller<Result<Success, SigningError>>.wait { caller in
            let box = ResultBox<Success>()
            do throws(OSThread.Failure) {
                try OSThread(name: name + "-wait") { caller.resume(with: box.wait(limit)) }.detach()
            } catch {
                caller.resume(with: .failure(SigningError(error)))
                return
            }
            do throws(OSThread.Failure) {
                try OSThread(name: name) { box.fill(body) }.detach()
            } catch {
                box.fill { () throws(SigningError) in throw SigningError(error) }
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

extension SigningError {
    init(_ failure: OSThread.Failure) {
        self.init(.unavailable, "no thread could be started (error \(failure.code))")
    }
}
