/// Why there is no signature, and whether the key may have made one all the same.
package struct SigningError: Error, Hashable, Sendable, Codable {
    package enum Kind: String, Hashable, Sendable, Codable {
        /// Too many requests are waiting.
        case busy
        /// The request's time was up before a session was free.
        case expired
        /// The caller has gone.
        case cancelled
        /// The signer is shutting down.
        case closed
        /// The token cannot be reached, or does not work.
        case unavailable
        /// The token has no room for another session or object.
        case exhausted
        /// The token failed at this request.
        case failed
        /// The token did not answer in time.
        case timedOut
        /// The token answered with something that is no signature by the key.
        case invalidSignature
        /// Key, mechanism or configuration do not fit together; trying again would not help.
        case misconfigured
        /// The key could not be opened when the service started; nothing tries it again before the next start.
        case notOpened
        /// The PIN is wrong, locked or cannot be read. Nothing tries it again.
        case pin
    }

    /// What is known of the private key's use for this request.
    package enum Outcome: String, Hashable, Sendable, Codable {
        case notSigned
        /// `C_Sign` was called: a signature may exist somewhere.
        case possiblySigned
    }

    package let kind: Kind
    /// For a person: what happened, with the Cryptoki function and return value where there is one.
    package let reason: String
    package let outcome: Outcome
    /// What `retryAfterMilliseconds` is at least, where it is anything.
    private var leastWait = 0

    package init(_ kind: Kind, _ reason: String, outcome: Outcome = .notSigned) {
        self.kind = kind
        self.reason = reason
        self.outcome = outcome
    }
}

extension SigningError {
    package var isRetryable: Bool { retryAfterMilliseconds != nil }

    /// When another try is worth while; `nil` where none is before somebody has put things right.
    package var retryAfterMilliseconds: Int? {
        switch kind {
        case .busy: max(100, leastWait)
        case .exhausted, .failed: max(250, leastWait)
        case .expired, .unavailable, .timedOut, .closed: max(1000, leastWait)
        case .cancelled, .invalidSignature, .misconfigured, .notOpened, .pin: nil
        }
    }

    /// The same error, to be tried again so much later.
    func waiting(atLeastMilliseconds milliseconds: Int) -> SigningError {
        var error = self
        error.leastWait = milliseconds
        return error
    }

    static let busy = SigningError(.busy, "too many signing requests are waiting for the token")
    static let expired = SigningError(.expired, "no session of the token was free in time")
    static let cancelled = SigningError(.cancelled, "the request was cancelled before the key was used")
    static let closed = SigningError(.closed, "the token is being closed")
}

extension SigningError: CustomStringConvertible {
    package var description: String {
        switch outcome {
        case .notSigned: reason
        case .possiblySigned: "\(reason) (possibly signed)"
        }
    }
}
