package import PKCS11
import PublicKeys
package import Signing

/// What a token did when it was tried.
package struct TokenDiagnosis: Sendable {
    /// A key of one type.
    package struct Attempt: Sendable {
        package enum Outcome: Sendable {
            case notMade(PKCS11Error)
            /// By each algorithm that a CA with such a key may sign with.
            case made([KeyTrial])
        }

        package let type: KeyPairType
        package let outcome: Outcome
    }

    package let attempts: [Attempt]
    /// `CKM_…` that the token lists; `nil` where it does not tell.
    package let advertised: Set<UInt>?

    /// Types of keys that can be made and sign.
    package var usableTypes: [KeyPairType] {
        attempts.filter { attempt in
            if case .made(let trials) = attempt.outcome { trials.contains { $0.outcome == .signs } } else { false }
        }.map(\.type)
    }
}

extension TokenAccess {
    /// Makes a key of each type that lives no longer than its session, and has it sign by each mechanism.
    ///
    /// - Parameters:
    ///   - inToken: whether the keys are made in the token instead, and deleted: some tokens know no others.
    ///   - progress: told how many types of how many were tried.
    /// - Throws: `AdministrationError.token` where no session can be had; what the token refuses is in the result.
    package func diagnose(
        inToken: Bool = false, progress: (_ done: Int, _ total: Int) -> Void = { _, _ in }
    ) throws(AdministrationError) -> TokenDiagnosis {
        let types = KeyPairType.ofCAs
        var attempts: [TokenDiagnosis.Attempt] = []
        for (index, type) in types.enumerated() {
            progress(index, types.count)
            let outcome: TokenDiagnosis.Attempt.Outcome
            do throws(PKCS11Error) { outcome = .made(try trials(of: type, inToken: inToken)) } catch {
                outcome = .notMade(error)
            }
            attempts.append(TokenDiagnosis.Attempt(type: type, outcome: outcome))
        }
        let advertised = (try? slot.mechanisms()).map { Set($0.map(\.type)) }
        return TokenDiagnosis(attempts: attempts, advertised: advertised)
    }

    private func trials(of type: KeyPairType, inToken: Bool) throws(PKCS11Error) -> [KeyTrial] {
        guard inToken else { return try trials(of: type) }
        let pair = try makePair(type, Self.doctorsLabel, [0x00])
        let trials: Result<[KeyTrial], PKCS11Error>
        do throws(PKCS11Error) { trials = .success(try Self.trials(of: pair, session, slot)) } catch {
            trials = .failure(error)
        }
        for object in [pair.publicKey, pair.privateKey] { try session.destroyObject(object) }
        return try trials.get()
    }

    private static let doctorsLabel = "countersign doctor"

    private func trials(of type: KeyPairType) throws(PKCS11Error) -> [KeyTrial] {
        // The key is its session's, and goes with it.
        // Some want one that may write, though nothing outlives it.
        let owner = try slot.openSession(readWrite: true)
        let pair = try owner.generateKeyPair(type, label: Self.doctorsLabel, id: [0x00], inToken: false)
        let trials = try Self.trials(of: pair, owner, slot)
        try owner.close()
        return trials
    }

    private static func trials(
        of pair: KeyPair, _ owner: borrowing Session, _ slot: Slot
    ) throws(PKCS11Error) -> [KeyTrial] {
        let publicKey: PublicKey
        do { publicKey = try PublicKey(subjectPublicKeyInfo: owner.subjectPublicKeyInfo(of: pair.publicKey)) } catch let
            error as PKCS11Error
        { throw error } catch { throw .key("is none that a CA can have: \(error)") }
        var trials: [KeyTrial] = []
        for algorithm in SignatureAlgorithm.all where algorithm.fits(publicKey) {
            trials += try KeyTrial.run(
                privateKey: pair.privateKey, publicKey: publicKey, algorithm: algorithm
            ) { () throws(PKCS11Error) in try slot.openSession() }
        }
        return trials
    }
}
