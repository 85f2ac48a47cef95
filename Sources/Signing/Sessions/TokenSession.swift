import Logging
import PKCS11
import PublicKeys

/// A worker's session with a real token, opened when it is first needed, dropped whenever something went wrong in it.
final class TokenSession: SigningSession {
    private let link: TokenLink
    private let logger: Logger
    private var opened: KeySession?

    init(_ link: TokenLink, logger: Logger) {
        self.link = link
        self.logger = logger
    }

    func sign(_ message: [UInt8], with key: TokenKey) throws(SigningError) -> VerifiedSignature {
        // Locked while this request waited.
        if let reason = key.lockReason { throw SigningError(.misconfigured, reason) }
        let signature = try sign(message, with: key, isTest: false)
        key.countSignature()
        return signature
    }

    private func sign(
        _ message: [UInt8], with key: TokenKey, isTest: Bool
    ) throws(SigningError) -> VerifiedSignature {
        do throws(SessionFault) {
            return try signOnce(message, with: key)
        } catch let first {
            report(first, key)
            guard first.deservesAnotherTry(key.format) else { throw final(first, after: nil, key, isTest: isTest) }
            do throws(SessionFault) {
                // The same octets, with the same serial inside: a signature lost on the way is no second certificate.
                return try signOnce(message, with: key)
            } catch let second {
                report(second, key)
                throw final(second, after: first, key, isTest: isTest)
            }
        }
    }

    private func signOnce(_ message: [UInt8], with key: TokenKey) throws(SessionFault) -> VerifiedSignature {
        try use { session throws(SessionFault) in try session.sign(message, with: key) }
    }

    func prove(_ key: TokenKey) throws(SigningError) {
        if let reason = key.lockReason { throw SigningError(.misconfigured, reason) }
        guard key.profile != nil else { return try prepare(key) }
        key.countTestSignature()
        _ = try sign(TestMessage.fresh(), with: key, isTest: true)
    }

    /// Finds the key, checks it, finds out how it signs and has it make a test signature; sets `key.profile`.
    private func prepare(_ key: TokenKey) throws(SigningError) {
        do throws(SessionFault) {
            let (provenance, wantsConfirmation) = try twice(key) { session throws(SessionFault) in
                try session.examine(key)
            }
            key.profile = KeyProfile(
                method: try findMethod(key, wantsConfirmation: wantsConfirmation), provenance: provenance,
                wantsConfirmation: wantsConfirmation)
        } catch {
            key.note(error.reason)
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
                guard fault.isWrongSignature else { continue }
                report(fault, key)
                if !fault.deservesAnotherTry(key.format) { break }
            }
        }
        // A signature that does not verify says more than a mechanism that is not there.
        if let mismatch = faults.first(where: \.isWrongSignature) {
            throw SessionFault(.misconfigured(mismatch.reason))
        }
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
        guard let connection = link.connection else { throw SessionFault(.token(.token(Self.unconnected))) }
        var session: KeySession
        if let kept = opened.take(), kept.belongs(to: connection) {
            session = consume kept
        } else {
            session = try KeySession(connection)
        }
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

    private static let unconnected = "the token was not reached yet"

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

    private func report(_ fault: SessionFault, _ key: TokenKey) {
        key.note(fault.reason)
        guard fault.isWrongSignature else { return }
        logger.error(
            "the token returned a wrong signature; nothing is released",
            metadata: ["key": "\(key.configuration.uri)", "cause": "\(fault.reason)"])
    }

    /// What the caller hears, the key being locked where it has to be.
    ///
    /// - Parameter isTest: then nobody's certificate is in question.
    private func final(
        _ fault: SessionFault, after first: SessionFault?, _ key: TokenKey, isTest: Bool
    ) -> SigningError {
        if fault.locksKey(after: first, key.format) {
            key.lock(because: fault.reason)
            logger.error(
                "a key is locked",
                metadata: ["key": "\(key.configuration.uri)", "cause": "\(fault.reason)"])
        }
        return fault.signingError(reachedSign: !isTest && (first?.reachedSign == true || fault.reachedSign))
    }
}
