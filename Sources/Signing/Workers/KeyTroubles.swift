/// The keys whose last request failed by the token's fault, and since when they have: a token may look well and do none of the
/// work that it is asked for.
struct KeyTroubles {
    private struct Trouble {
        /// Nanoseconds of uptime.
        let since: UInt64
        var failures = 1
        var reason: String
    }

    /// By the key's index.
    private var troubles: [Int: Trouble] = [:]

    /// Why the key counts as unavailable; `nil` where nothing is known against it.
    func reason(of key: TokenKey) -> String? { troubles[key.index]?.reason }

    /// Takes in what came of a signature that was asked of the token.
    mutating func note(_ result: SigningResult, of key: TokenKey, now: UInt64) {
        switch result {
        case .success: troubles[key.index] = nil
        case .failure(let error) where error.kind.isFaultOfToken:
            troubles[key.index, default: Trouble(since: now, failures: 0, reason: "")].failures += 1
            troubles[key.index]?.reason = error.reason
        case .failure: break
        }
    }

    /// The error as the key's caller hears it. Where only a person can help, nobody knows that; so who tries again is told to wait half
    /// as long as it has gone on by now, up to half a minute. Two failures may be an accident, of which the next session knows nothing.
    func advising(_ error: SigningError, of key: TokenKey, now: UInt64) -> SigningError {
        guard let trouble = troubles[key.index], trouble.failures >= 3, now > trouble.since else { return error }
        let milliseconds = (now - trouble.since) / 2_000_000
        return error.waiting(atLeastMilliseconds: Int(min(milliseconds, Self.longestWait)))
    }

    private static let longestWait: UInt64 = 30_000
}

extension SigningError.Kind {
    /// Whether the token was asked and did not do it, and another request may fare better.
    var isFaultOfToken: Bool {
        switch self {
        case .failed, .unavailable, .timedOut, .exhausted, .invalidSignature: true
        // A key that is misconfigured is locked, and a PIN that was refused stops the whole token.
        case .busy, .expired, .cancelled, .closed, .misconfigured, .notOpened, .pin: false
        }
    }
}
