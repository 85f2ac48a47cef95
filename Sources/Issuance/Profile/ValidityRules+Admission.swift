import Timekeeping

extension ValidityRules {
    /// From the first second to the last, both counted.
    struct Period: Hashable {
        let notBefore: Instant
        let notAfter: Instant

        var seconds: Int64 { notAfter.secondsSinceEpoch - notBefore.secondsSinceEpoch + 1 }
    }

    /// Settles when a certificate begins and ends. Nothing is clamped, save that a start which the order leaves open is never
    /// before the issuer's own.
    ///
    /// - Returns: `nil` where there is no such period; every reason is then among `violations`.
    func admit(
        _ order: ValidityOrder, by issuer: Issuer, at now: Instant, into violations: inout [Violation]
    ) -> Period? {
        let notBefore = order.notBefore ?? Swift.max(now.subtracting(backdate) ?? .earliest, issuer.notBefore)
        checkStart(notBefore, isAsked: order.notBefore != nil, by: issuer, at: now, into: &violations)
        guard let notAfter = end(of: order, from: notBefore, into: &violations) else { return nil }
        let period = Period(notBefore: notBefore, notAfter: notAfter)
        let path = order.notAfter == nil ? "ttl" : "notAfter"
        guard period.seconds >= 1 else {
            violations.append(
                Violation(.validityOrder, at: path, "It would end at \(notAfter), before it begins at \(notBefore)."))
            return nil
        }
        if notAfter < now {
            violations.append(
                Violation(
                    .validityOver, at: path,
                    "It would end at \(notAfter), before it is issued at \(now)\(shortest(order, from: notBefore, at: now))."
                ))
        }
        if period.seconds > maximum.seconds {
            let latest = notBefore.adding(seconds: maximum.seconds - 1) ?? .latest
            violations.append(
                Violation(
                    .maximumValidity, at: path,
                    "The validity is longer than \(maximum): beginning at \(notBefore), it ends at \(latest) at the latest."
                ))
        }
        if notAfter > issuer.notAfter {
            violations.append(
                Violation(
                    .insideIssuerValidity, at: path,
                    "It would end at \(notAfter), after the authority's own chain at \(issuer.notAfter)."))
        }
        return period
    }

    /// What an order that states a ttl has to state at least, and why that is more than a second.
    private func shortest(_ order: ValidityOrder, from notBefore: Instant, at now: Instant) -> String {
        let past = now.secondsSinceEpoch - notBefore.secondsSinceEpoch
        guard order.notAfter == nil, let age = Lifetime(seconds: past), let ttl = Lifetime(seconds: past + 1) else {
            return ""
        }
        let why =
            order.notBefore == nil
            ? "without a notBefore it begins \(age) earlier, its backdate" : "it begins \(age) earlier"
        return ": \(why), so that the shortest ttl is \(ttl)"
    }

    private func checkStart(
        _ notBefore: Instant, isAsked: Bool, by issuer: Issuer, at now: Instant, into violations: inout [Violation]
    ) {
        if notBefore < issuer.notBefore {
            violations.append(
                Violation(
                    .insideIssuerValidity, at: "notBefore",
                    "It would begin at \(notBefore), before the authority's own chain at \(issuer.notBefore)."))
        }
        if isAsked, let earliest = now.subtracting(maximumBackdate), notBefore < earliest {
            violations.append(
                Violation(
                    .maximumBackdate, at: "notBefore",
                    "It would begin more than \(maximumBackdate) ago; the earliest start now is \(earliest)."))
        }
        if let latest = now.adding(maximumDelay), notBefore > latest {
            violations.append(
                Violation(
                    .maximumDelay, at: "notBefore",
                    "It would begin more than \(maximumDelay) from now; the latest start now is \(latest)."))
        }
    }

    /// A certificate is valid through its final second, so one of 90 days ends 90 d − 1 s after it begins.
    private func end(of order: ValidityOrder, from notBefore: Instant, into violations: inout [Violation]) -> Instant? {
        guard let ttl = order.ttl else {
            if order.notAfter == nil {
                violations.append(Violation(.validityUnstated, at: "ttl", "Neither a ttl nor notAfter is given."))
            }
            return order.notAfter
        }
        let latest = notBefore.adding(seconds: ttl.seconds - 1)
        guard let notAfter = order.notAfter else {
            if latest == nil {
                violations.append(
                    Violation(
                        .validityRepresentable, at: "ttl",
                        "Beginning at \(notBefore), \(ttl) lead beyond the year 9999."))
            }
            return latest
        }
        if let latest, notAfter > latest {
            violations.append(
                Violation(
                    .ttlCapsNotAfter, at: "notAfter",
                    "notAfter is beyond the ttl of \(ttl): beginning at \(notBefore), the latest time allowed is \(latest)."
                ))
        }
        return notAfter
    }
}
