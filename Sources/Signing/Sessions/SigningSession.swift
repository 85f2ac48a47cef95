/// What a worker thread signs with: it belongs to that thread alone. The seam at which tests put a token that hangs.
protocol SigningSession: AnyObject {
    /// Signs what `SigningMethod.data` made of a message; the result is in X.509's form.
    func sign(_ data: [UInt8], with key: TokenKey) throws(SigningError) -> [UInt8]

    /// Finds the key, checks it, finds out how it signs and has it make a test signature; sets `key.profile`.
    func prepare(_ key: TokenKey) throws(SigningError)

    /// Lets go of the token's session; the next use opens another.
    func close()
}
