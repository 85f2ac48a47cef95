/// Why no certificate came of a request, or no CRL of what is revoked.
package enum IssuanceError: Error, Hashable, Sendable {
    /// The request breaks rules: all of them, not only the first. The sender can mend it.
    case refused([Violation])
    /// What we built breaks a lint. Nothing was signed; the fault is ours or the configuration's.
    case lintFailed([Violation])
    /// The signature is not one of these bytes by the authority's key.
    case signatureInvalid
    /// What was assembled does not read back as what was prepared.
    case assemblyDiffers(String)
}
