import PublicKeys

/// What a worker thread signs with: it belongs to that thread alone. The seam at which tests put a token that hangs.
protocol SigningSession: AnyObject {
    /// Signs a message with a key that was prepared, and verifies the signature.
    func sign(_ message: [UInt8], with key: TokenKey) throws(SigningError) -> VerifiedSignature

    /// Has the key make a test signature; the first time, finds it, checks it and finds out how it signs: sets `key.profile`.
    func prove(_ key: TokenKey) throws(SigningError)

    /// Lets go of the token's session; the next use opens another.
    func close()
}
