extension OSThread {
    /// Makes a call that blocks, in a thread of its own, for a task that waits.
    ///
    /// - Throws: what the call throws; `OSThread.Failure` where there is no thread for it.
    package static func call<Success: Sendable>(
        name: String, _ body: @escaping @Sendable () throws -> Success
    ) async throws -> Success {
        try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Success, any Error>) in
            do throws(Failure) {
                try OSThread(name: name) { continuation.resume(with: Result(catching: body)) }.detach()
            } catch {
                continuation.resume(throwing: error)
            }
        }
    }
}
