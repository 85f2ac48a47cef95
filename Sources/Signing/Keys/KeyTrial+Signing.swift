package import PKCS11
package import PublicKeys

extension KeyTrial {
    /// Signs a message the way that this trial went: once, in a session of the caller's.
    ///
    /// - Throws: `SigningError`, whose outcome says whether `C_Sign` was called.
    package func sign(
        _ message: [UInt8], privateKey: ObjectHandle, publicKey: PublicKey, session: borrowing Session
    ) throws(SigningError) -> VerifiedSignature {
        guard let method = SigningMethod.candidates(for: algorithm).first(where: { $0.mechanism == mechanism }) else {
            throw SigningError(.misconfigured, "\(mechanism) makes no signature by \(algorithm.name)")
        }
        var buffer = [UInt8](repeating: 0, count: 1024)
        do throws(PKCS11Error) { try session.beginSigning(mechanism, key: privateKey) } catch {
            throw SigningError(.failed, "\(error)")
        }
        let count: Int
        do throws(PKCS11Error) { count = try session.sign(method.data(for: message), into: &buffer) } catch {
            throw SigningError(.failed, "\(error)", outcome: .possiblySigned)
        }
        let octets: [UInt8]
        do throws(SignatureFormat.Invalid) {
            octets = try SignatureFormat(publicKey).value(from: buffer, count: count)
        } catch { throw SigningError(.invalidSignature, error.reason, outcome: .possiblySigned) }
        guard let signature = VerifiedSignature(octets, over: message, by: publicKey, algorithm: algorithm) else {
            throw SigningError(
                .invalidSignature, "the signature does not verify with the public key", outcome: .possiblySigned)
        }
        return signature
    }
}
