/// The recovery ladder, as far as it depends on more than one return value.
extension SessionFault {
    /// Whether the token answered `CKR_OK` with what is no signature by the key: cause for alarm.
    var isWrongSignature: Bool {
        switch problem {
        case .invalidSignature, .uncopyable(_, signedWrongly: true): true
        case .token, .misconfigured, .missing, .uncopyable, .occupied: false
        }
    }

    /// Whether to try once more, in a new session.
    func deservesAnotherTry(_ format: SignatureFormat) -> Bool {
        switch (problem, format) {
        // A wrong RSA signature may tell the private key (Boneh, DeMillo and Lipton, 1997): no second one of it.
        case (.invalidSignature, .rsa), (.uncopyable(_, signedWrongly: true), .rsa): return false
        case (.invalidSignature, .ecdsa), (.invalidSignature, .ed25519): return true
        case (.token, _), (.misconfigured, _), (.missing, _), (.uncopyable, _), (.occupied, _):
            return remedy == .anew || remedy == .suspect
        }
    }

    /// Whether the key must not be used again before a person has seen to it.
    ///
    /// - Parameter first: how the try before this one failed, if there was one.
    func locksKey(after first: SessionFault?, _ format: SignatureFormat) -> Bool {
        switch problem {
        case .misconfigured: true
        case .token: remedy == .giveUp
        case .missing, .occupied: false
        case .invalidSignature, .uncopyable:
            isWrongSignature && (first?.isWrongSignature == true || !deservesAnotherTry(format))
        }
    }
}
