package import PublicKeys

/// The key of a ceremony, in a token that somebody is logged in to.
package protocol CeremonySigner: ~Copyable {
    var publicKey: PublicKey { get }
    /// What the transcript says of key, token and library: lines of a name and a value.
    var identity: [(name: String, value: String)] { get }

    /// How the key makes a signature.
    associatedtype Way: Sendable

    /// Finds out, by test signatures, how the key makes one by that algorithm: before anything is on record.
    borrowing func rehearse(_ algorithm: SignatureAlgorithm) throws -> Way

    /// Signs a message, and verifies what came of it.
    ///
    /// - Throws: `SigningError`, whose outcome says whether the key may have signed.
    borrowing func sign(_ message: [UInt8], _ way: Way) throws -> VerifiedSignature
}
