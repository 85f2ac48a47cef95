import PKCS11

/// What has become of the PIN, and whether it may be given away again.
struct LogInRecord {
    /// Why the PIN is not tried any more.
    private var pinFault: PKCS11Error?
    /// Why the last log-in failed, how many have in a row, and until when, in nanoseconds of uptime, that answers for others
    /// too.
    private var failure: (error: PKCS11Error, count: UInt64, until: UInt64)?

    /// - Parameter asked: when the caller began to wait. A log-in that has failed since then, or a moment before, has failed
    ///   for the caller too: whatever it failed for, the PIN may have been counted as tried.
    /// - Throws: why a log-in is not to be tried.
    func check(askedAt asked: UInt64) throws(PKCS11Error) {
        if let pinFault { throw pinFault }
        if let failure, asked <= failure.until { throw failure.error }
    }

    /// Whether the token has refused the PIN, or an earlier process left that in doubt.
    var wasRefused: Bool { pinFault != nil }

    mutating func latch(_ fault: PKCS11Error) { pinFault = fault }

    mutating func noteSuccess() { failure = nil }

    mutating func note(_ error: PKCS11Error, at now: UInt64) {
        // The same wrong PIN once more could lock the token.
        if Remedy(error) == .pin { pinFault = error }
        let count = min((failure?.count ?? 0) + 1, 6)
        // 50 ms to 1.6 s: shorter than the breaker's pause, which other keys' successes end. A session that had gone stale
        // is no reason to wait, once.
        let pause: UInt64 = Remedy(error) == .anew && count == 1 ? 0 : 25_000_000 << count
        failure = (error, count, now &+ pause)
    }
}
