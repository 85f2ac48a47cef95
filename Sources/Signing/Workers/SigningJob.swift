import PublicKeys

/// What a caller waits for, on its way to a session and back.
struct SigningJob {
    enum Work {
        /// The whole message.
        case sign([UInt8])
        /// Have the key make a test signature; answered without one.
        case prove
    }

    let identifier: UInt64
    let work: Work
    let key: TokenKey
    /// Nanoseconds of uptime.
    let deadline: UInt64
    let caller: Caller<SigningResult>
}

/// The signature that was asked for, or that a key is proven.
typealias SigningResult = Result<VerifiedSignature?, SigningError>

/// A task that waits for a value. It is resumed once: whoever answers has taken it out of the pool's state, under its lock.
@safe struct Caller<Value: Sendable>: Sendable {
    private let continuation: UnsafeContinuation<Value, Never>

    init(_ continuation: UnsafeContinuation<Value, Never>) {
        unsafe self.continuation = unsafe continuation
    }

    func resume(with value: sending Value) {
        unsafe continuation.resume(returning: value)
    }

    /// Suspends the current task until somebody resumes the caller that `body` is given.
    static func wait(_ body: (Caller) -> Void) async -> Value {
        await unsafe withUnsafeContinuation { unsafe body(Caller($0)) }
    }
}

/// What a caller is told, once the lock is let go.
struct SigningAnswer {
    let caller: Caller<SigningResult>
    let result: SigningResult

    func deliver() {
        caller.resume(with: result)
    }
}
