/// A length of time in whole seconds: a `ttl`, a maximum validity, a backdate.
package struct Lifetime: Hashable, Comparable, Sendable {
    /// Never negative, and never longer than the time line of `Instant`.
    package let seconds: Int64

    /// No length has more seconds than lie between years 0001 and 9999.
    private static let maximumSeconds = Instant.latest.secondsSinceEpoch - Instant.earliest.secondsSinceEpoch

    /// `nil` for a negative length and for one of more than 9,999 years.
    package init?(seconds: Int64) {
        guard (0...Self.maximumSeconds).contains(seconds) else { return nil }
        self.seconds = seconds
    }

    private init(unchecked seconds: Int64) { self.seconds = seconds }

    package static let zero = Lifetime(unchecked: 0)
    package static let minute = Lifetime(unchecked: 60)
    package static let hour = Lifetime(unchecked: 3600)
    package static let day = Lifetime(unchecked: 86_400)
    package static let week = Lifetime(unchecked: 604_800)

    package static func < (left: Lifetime, right: Lifetime) -> Bool {
        left.seconds < right.seconds
    }
}

extension Lifetime {
    /// What a person is told when a text is not a lifetime.
    package static let acceptedForms =
        "a whole number and a unit: s, m (minutes), h, d, w or y (365 days), or their English names, such as 90d or 90 days"

    /// Reads `90d`, `90 days`, `1 year`: a whole number above zero and a unit in either case, at most one space between.
    ///
    /// - Throws: `TimeSyntaxError` for a bare number, a fraction, zero, a sign, an unknown unit and a length past 9,999 years.
    package init(parsing text: String) throws(TimeSyntaxError) {
        let utf8 = text.utf8
        let digits = utf8.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        var unit = utf8[digits.endIndex...]
        if unit.first == UInt8(ascii: " ") { unit.removeFirst() }
        guard
            !digits.isEmpty, unit.allSatisfy({ $0 < 0x80 }),
            let secondsInUnit = Self.units[String(Substring(unit)).lowercased()]
        else {
            throw TimeSyntaxError("is not \(Self.acceptedForms)")
        }
        guard
            let count = Int64(String(Substring(digits))),
            case let (seconds, overflow) = count.multipliedReportingOverflow(by: secondsInUnit), !overflow,
            let lifetime = Lifetime(seconds: seconds)
        else { throw TimeSyntaxError("is longer than any certificate can live") }
        guard seconds > 0 else { throw TimeSyntaxError("is zero; it has to be \(Self.acceptedForms)") }
        self = lifetime
    }

    private static let units: [String: Int64] = {
        let names: [(Int64, [String])] = [
            (1, ["s", "sec", "secs", "second", "seconds"]),
            (60, ["m", "min", "mins", "minute", "minutes"]),
            (3600, ["h", "hr", "hrs", "hour", "hours"]),
            (86_400, ["d", "day", "days"]),
            (604_800, ["w", "week", "weeks"]),
            (31_536_000, ["y", "yr", "yrs", "year", "years"]),
        ]
        return Dictionary(uniqueKeysWithValues: names.flatMap { seconds, names in names.map { ($0, seconds) } })
    }()
}

extension Lifetime: CustomStringConvertible {
    /// In the largest unit that divides it: `90d`, `36h`, `61s`.
    package var description: String {
        for (unit, length) in [("d", Int64(86_400)), ("h", 3600), ("m", 60)] where seconds > 0 && seconds % length == 0
        {
            return "\(seconds / length)\(unit)"
        }
        return "\(seconds)s"
    }
}
