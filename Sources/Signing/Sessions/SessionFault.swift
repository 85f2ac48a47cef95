import PKCS11

/// Why a session did not do what it was to do.
struct SessionFault: Error {
    enum Problem: Hashable {
        case token(PKCS11Error)
        /// What came back is no signature of this key.
        case invalidSignature(String)
        /// The key in the token is not as it has to be.
        case misconfigured(String)
        /// The key is not in the token, or not alone.
        case missing(String)
        /// A session object made of the key does not sign as the key does.
        case uncopyable(String, signedWrongly: Bool)
        /// A key that wants the PIN each time is in use by another session, which does not get done.
        case occupied
    }

    let problem: Problem
    /// Whether `C_Sign` was called, on something other than a test message.
    let reachedSign: Bool

    init(_ problem: Problem, reachedSign: Bool = false) {
        self.problem = problem
        self.reachedSign = reachedSign
    }

    init(_ error: PKCS11Error, reachedSign: Bool = false) {
        switch error {
        case .object(let reason), .objects(let reason): self.init(.missing(reason), reachedSign: reachedSign)
        default: self.init(.token(error), reachedSign: reachedSign)
        }
    }

    var reason: String {
        switch problem {
        case .token(let error): error.advised
        case .invalidSignature(let reason), .misconfigured(let reason), .missing(let reason),
            .uncopyable(let reason, _):
            reason
        case .occupied: "the use of a key that wants the PIN each time did not end in time"
        }
    }

    var remedy: Remedy {
        switch problem {
        case .token(let error): Remedy(error)
        case .invalidSignature: .suspect
        case .misconfigured, .missing: .giveUp
        case .uncopyable: .anew
        case .occupied: .wait
        }
    }

    /// Whether the session itself is sound, and only the key is not there.
    var leavesSessionSound: Bool {
        switch problem {
        case .missing, .occupied: true
        case .token, .invalidSignature, .misconfigured, .uncopyable: false
        }
    }

    /// Whether another object, or another way of signing, may do better in a token that is sound.
    var isOfTheObject: Bool {
        if case .invalidSignature = problem { true } else { remedy == .giveUp }
    }

    /// What the caller hears, once nothing more is tried.
    func signingError(reachedSign: Bool) -> SigningError {
        let outcome: SigningError.Outcome = reachedSign ? .possiblySigned : .notSigned
        let kind: SigningError.Kind =
            switch problem {
            case .invalidSignature, .uncopyable(_, signedWrongly: true): .invalidSignature
            case .misconfigured: .misconfigured
            case .missing, .uncopyable, .occupied: .failed
            case .token(.call("C_Login", _)) where remedy != .pin: .unavailable
            case .token:
                switch remedy {
                case .anew: .failed
                case .suspect, .gone: .unavailable
                case .wait: .exhausted
                case .pin: .pin
                case .giveUp: .misconfigured
                }
            }
        return SigningError(kind, reason, outcome: outcome)
    }
}
