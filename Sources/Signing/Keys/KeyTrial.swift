package import PKCS11
package import PublicKeys

/// One way for a key to sign, tried with a message that is good for nothing else.
package struct KeyTrial: Hashable, Sendable {
    package enum Outcome: Hashable, Sendable {
        /// The signature verifies.
        case signs
        /// The token does not do it, in its own words.
        case refused(PKCS11Error)
        /// What came back is no signature of the message by that key.
        case wrong(String)
    }

    package let algorithm: SignatureAlgorithm
    package let mechanism: Mechanism
    package let outcome: Outcome

    /// Tries every mechanism by which such a signature can come about, the preferred one first.
    ///
    /// A token may end the session over one that it refuses: `session` is asked for a new one for each.
    package static func run(
        privateKey: ObjectHandle, publicKey: PublicKey, algorithm: SignatureAlgorithm,
        session: () throws(PKCS11Error) -> Session
    ) throws(PKCS11Error) -> [KeyTrial] {
        var trials: [KeyTrial] = []
        for method in SigningMethod.candidates(for: algorithm) {
            let session = try session()
            trials.append(
                KeyTrial(
                    algorithm: algorithm, mechanism: method.mechanism,
                    outcome: outcome(session, privateKey, publicKey, algorithm, method)))
        }
        return trials
    }

    private static func outcome(
        _ session: borrowing Session, _ privateKey: ObjectHandle, _ publicKey: PublicKey,
        _ algorithm: SignatureAlgorithm, _ method: SigningMethod
    ) -> Outcome {
        let message = TestMessage.fresh()
        var buffer = [UInt8](repeating: 0, count: 1024)
        let count: Int
        do throws(PKCS11Error) {
            try session.beginSigning(method.mechanism, key: privateKey)
            count = try session.sign(method.data(for: message), into: &buffer)
        } catch { return .refused(error) }
        let signature: [UInt8]
        do throws(SignatureFormat.Invalid) {
            signature = try SignatureFormat(publicKey).value(from: buffer, count: count)
        } catch { return .wrong(error.reason) }
        guard publicKey.isValidSignature(signature, over: message, algorithm: algorithm) else {
            return .wrong("the signature does not verify with the public key")
        }
        return .signs
    }
}
