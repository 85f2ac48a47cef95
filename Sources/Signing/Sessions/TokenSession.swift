import PKCS11

/// A worker's session with a real token, opened when it is first needed, dropped whenever something went wrong in it.
final class TokenSession: SigningSession {
    private let connection: TokenConnection
    private var opened: KeySession?

    init(_ connection: TokenConnection) {
        self.connection = connection
    }

    func sign(_ data: [UInt8], with key: TokenKey) throws(SigningError) -> [UInt8] {
        do throws(SessionFault) {
            return try signOnce(data, with: key)
        } catch let first {
            key.note(first.reason)
            guard Self.deservesAnotherTry(first, key) else { throw final(first, reachedSign: first.reachedSign, key) }
            do throws(SessionFault) {
                // The same octets, with the same serial inside: a signature lost on the way is no second certificate.
                return try signOnce(data, with: key)
            } catch let second {
                key.note(second.reason)
                throw final(second, reachedSign: first.reachedSign || second.reachedSign, key)
            }
        }
    }

    private func signOnce(_ data: [UInt8], with key: TokenKey) throws(SessionFault) -> [UInt8] {
        try use { session throws(SessionFault) in try session.sign(data, with: key) }
    }

    func prepare(_ key: TokenKey) throws(SigningError) {
        do throws(SessionFault) {
            let (provenance, wantsConfirmation) = try twice(key) { session throws(SessionFault) in
                try session.examine(key)
            }
            key.profile = KeyProfile(
                method: try findMethod(key, wantsConfirmation: wantsConfirmation), provenance: provenance,
                wantsConfirmation: wantsConfirmation)
        } catch {
            key.note(error.reason)
            // At the start nothing is taken for granted: what fails now is told, and tried again only by a new start.
            throw error.signingError(reachedSign: false)
        }
    }

    /// The first way of signing whose signature verifies.
    private func findMethod(_ key: TokenKey, wantsConfirmation: Bool) throws(SessionFault) -> SigningMethod {
        var faults: [SessionFault] = []
        for method in SigningMethod.candidates(for: key.configuration.algorithm) {
            do throws(SessionFault) {
                try twice(key) { session throws(SessionFault) in
                    try session.tryOut(method, key, wantsConfirmation: wantsConfirmation)
                }
                return method
            } catch let fault where fault.isOfTheObject || fault.remedy == .suspect {
                // Some tokens refuse a mechanism with a general error, as if they were broken.
                faults.append(fault)
            }
        }
        // A signature that does not verify says more than a mechanism that is not there.
        let mismatch = faults.first {
            if case .invalidSignature = $0.problem { true } else { false }
        }
        if let mismatch { throw SessionFault(.misconfigured(mismatch.reason)) }
        if let suspect = faults.first(where: { $0.remedy == .suspect }) { throw suspect }
        let reasons = faults.map(\.reason).joined(separator: "; ")
        throw SessionFault(
            .misconfigured("the token does not sign \(key.configuration.algorithm) with this key: \(reasons)"))
    }

    func close() {
        let session = opened.take()
        _ = consume session
    }
}

extension TokenSession {
    /// Runs `body` in a session, and keeps that for the next time if it came through.
    private func use<Result>(
        _ body: (inout KeySession) throws(SessionFault) -> Result
    ) throws(SessionFault) -> Result {
        var session: KeySession
        if let kept = opened.take() { session = consume kept } else { session = try KeySession(connection) }
        do throws(SessionFault) {
            let result = try body(&session)
            opened = consume session
            return result
        } catch {
            // Whatever else went wrong, the session is closed here, as it goes out of scope.
            if error.leavesSessionSound { opened = consume session }
            throw error
        }
    }

    private func twice<Result>(
        _ key: TokenKey, _ body: (inout KeySession) throws(SessionFault) -> Result
    ) throws(SessionFault) -> Result {
        do throws(SessionFault) {
            return try use(body)
        } catch let fault where fault.remedy == .anew || (fault.remedy == .suspect && !fault.isOfTheObject) {
            key.note(fault.reason)
            return try use(body)
        }
    }

    private static func deservesAnotherTry(_ fault: SessionFault, _ key: TokenKey) -> Bool {
        switch fault.remedy {
        case .anew: return true
        case .suspect:
            // A wrong RSA signature may tell the private key (Boneh, DeMillo and Lipton, 1997): no second one of it.
            if case (.invalidSignature, .rsa) = (fault.problem, key.format) { return false }
            return true
        case .gone, .wait, .pin, .giveUp: return false
        }
    }

    private func final(_ fault: SessionFault, reachedSign: Bool, _ key: TokenKey) -> SigningError {
        switch fault.problem {
        case .misconfigured, .invalidSignature: key.lock(because: fault.reason)
        case .token where fault.remedy == .giveUp: key.lock(because: fault.reason)
        case .token, .missing, .uncopyable: break
        }
        return fault.signingError(reachedSign: reachedSign)
    }
}
