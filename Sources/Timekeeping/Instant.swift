/// A point on the UTC time line in whole seconds, between years 0001 and 9999: all that a certificate can express
/// (RFC 5280 § 4.1.2.5).
package struct Instant: Hashable, Comparable, Sendable {
    /// Seconds since 1970-01-01T00:00:00Z, leap seconds not counted.
    package let secondsSinceEpoch: Int64

    /// 0001-01-01T00:00:00Z.
    package static let earliest = Instant(unchecked: -62_135_596_800)
    /// 9999-12-31T23:59:59Z, which RFC 5280 § 4.1.2.5 lets stand for "no end".
    package static let latest = Instant(unchecked: 253_402_300_799)

    /// `nil` outside years 0001 to 9999.
    package init?(secondsSinceEpoch: Int64) {
        guard (Self.earliest.secondsSinceEpoch...Self.latest.secondsSinceEpoch).contains(secondsSinceEpoch) else {
            return nil
        }
        self.secondsSinceEpoch = secondsSinceEpoch
    }

    private init(unchecked secondsSinceEpoch: Int64) {
        self.secondsSinceEpoch = secondsSinceEpoch
    }

    package static func < (left: Instant, right: Instant) -> Bool {
        left.secondsSinceEpoch < right.secondsSinceEpoch
    }

    /// `seconds` later, or earlier where negative; `nil` where that leaves years 0001 to 9999.
    package func adding(seconds: Int64) -> Instant? {
        let (sum, overflow) = secondsSinceEpoch.addingReportingOverflow(seconds)
        return overflow ? nil : Instant(secondsSinceEpoch: sum)
    }

    /// `nil` where that leaves years 0001 to 9999.
    package func adding(_ lifetime: Lifetime) -> Instant? {
        adding(seconds: lifetime.seconds)
    }

    /// `nil` where that leaves years 0001 to 9999.
    package func subtracting(_ lifetime: Lifetime) -> Instant? {
        adding(seconds: -lifetime.seconds)
    }
}
