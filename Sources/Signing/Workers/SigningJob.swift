import PublicKeys
import Threads

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

/// What a caller is told, once the lock is let go.
struct SigningAnswer {
    let caller: Caller<SigningResult>
    let result: SigningResult

    func deliver() {
        caller.resume(with: result)
    }
}
