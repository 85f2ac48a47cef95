package import Timekeeping

/// How an authority tells which of its certificates count no more.
package struct CRLRules: Hashable, Sendable {
    /// Where the last one lies, in DER, for a web server to serve.
    package let file: String
    /// From thisUpdate to nextUpdate.
    package let validity: Lifetime
    /// How long after one the next is made, whatever happens.
    package let interval: Lifetime
    /// Whether a revocation has one made at once.
    package let onRevocation: Bool
    /// The least number of the first one (RFC 5280 § 5.2.3).
    package let firstNumber: UInt64

    package init(file: String, validity: Lifetime, interval: Lifetime, onRevocation: Bool, firstNumber: UInt64) {
        self.file = file
        self.validity = validity
        self.interval = interval
        self.onRevocation = onRevocation
        self.firstNumber = firstNumber
    }
}
