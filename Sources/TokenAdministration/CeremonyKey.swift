package import PKCS11
package import PublicKeys
package import Signing

/// A key that is going to sign once, in a token that somebody is logged in to; read back, and none that a CA should not rest on.
package struct CeremonyKey: ~Copyable {
    package let access: TokenAccess
    package let report: KeyReport
    package let publicKey: PublicKey

    /// - Throws: `AdministrationError`, for a key that no CA should rest on, too.
    package init(_ access: consuming TokenAccess, _ uri: URI) throws(AdministrationError) {
        let report = try access.key(uri)
        guard let publicKey = report.publicKey else {
            throw .keyUnfit("the public key of \(report.label) is not in the token, or cannot be read")
        }
        guard report.isSensitive, !report.isExtractable, report.canSign else {
            throw .keyUnfit("no CA rests on key \(report.label): \(report.warnings.joined(separator: ", "))")
        }
        guard !report.alwaysAuthenticates else {
            throw .keyUnfit("key \(report.label) asks for the PIN at each signature, which ceremonies do not give yet")
        }
        self.access = access
        self.report = report
        self.publicKey = publicKey
    }

    /// Finds out, by test signatures, how the key makes one by that algorithm.
    ///
    /// - Throws: `AdministrationError`, where it makes none.
    package borrowing func rehearse(_ algorithm: SignatureAlgorithm) throws(AdministrationError) -> KeyTrial {
        let trials = try access.trials(of: report, by: algorithm)
        guard let trial = trials.first(where: { $0.outcome == .signs }) else {
            let reasons = trials.map { "\($0.mechanism): \($0.words)" }.joined(separator: "; ")
            throw .keyUnfit("key \(report.label) makes no signature by \(algorithm.name) (\(reasons))")
        }
        return trial
    }

    /// Signs a message the way that was rehearsed.
    ///
    /// - Throws: `SigningError`, whose outcome says whether the key may have signed.
    package borrowing func sign(_ message: [UInt8], _ way: KeyTrial) throws(SigningError) -> VerifiedSignature {
        try way.sign(message, privateKey: report.object, publicKey: publicKey, session: access.session)
    }

    /// Logs out.
    package consuming func close() throws(AdministrationError) { try access.close() }
}
