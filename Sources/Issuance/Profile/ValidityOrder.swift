package import Timekeeping

/// What a caller asks about the time: each part as it was given.
package struct ValidityOrder: Hashable, Sendable {
    package var ttl: Lifetime?
    package var notBefore: Instant?
    package var notAfter: Instant?

    package init(ttl: Lifetime? = nil, notBefore: Instant? = nil, notAfter: Instant? = nil) {
        self.ttl = ttl
        self.notBefore = notBefore
        self.notAfter = notAfter
    }
}
