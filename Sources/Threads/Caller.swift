/// A task that waits for a value. It is resumed once: whoever answers has taken it out of a state, under a lock.
@safe package struct Caller<Value: Sendable>: Sendable {
    private let continuation: UnsafeContinuation<Value, Never>

    private init(_ continuation: UnsafeContinuation<Value, Never>) {
        unsafe self.continuation = unsafe continuation
    }

    package func resume(with value: sending Value) {
        unsafe continuation.resume(returning: value)
    }

    /// Suspends the current task until somebody resumes the caller that `body` is given.
    package static func wait(_ body: (Caller) -> Void) async -> Value {
        await unsafe withUnsafeContinuation { unsafe body(Caller($0)) }
    }
}
