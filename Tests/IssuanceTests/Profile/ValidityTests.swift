import Testing
import Timekeeping

@testable import Issuance

/// Every sentence of the contract about time is a row. The issuer's chain lives from 2026-02-01 to 2036-01-01.
struct ValidityTests {
    private static let clock = "2026-06-01T12:00:00Z"

    struct Row: CustomTestStringConvertible, Sendable {
        let says: String
        var ttl: String?
        var notBefore: String?
        var notAfter: String?
        var maximum = "90d"
        var maximumDelay = "7d"
        var now = ValidityTests.clock
        /// Start and end, or the rules that it breaks.
        var period: (String, String)?
        var breaks: Set<String> = []

        var testDescription: String { says }
    }

    static let rows: [Row] = [
        Row(
            says: "by default it starts a backdate before now and ends ttl − 1 s after its start", ttl: "90d",
            period: ("2026-06-01T11:59:00Z", "2026-08-30T11:58:59Z")),
        Row(says: "a ttl of one second is one second", ttl: "1s", notBefore: clock, period: (clock, clock)),
        Row(
            says: "it starts at notBefore where that is given", ttl: "1d", notBefore: "2026-06-02T00:00:00Z",
            period: ("2026-06-02T00:00:00Z", "2026-06-02T23:59:59Z")),
        Row(
            says: "it ends at notAfter where that is given", ttl: "90d", notAfter: "2026-07-01T00:00:00Z",
            period: ("2026-06-01T11:59:00Z", "2026-07-01T00:00:00Z")),
        Row(
            says: "notAfter alone is enough for rules without a ttl", notAfter: "2026-07-01T00:00:00Z",
            period: ("2026-06-01T11:59:00Z", "2026-07-01T00:00:00Z")),
        Row(
            says: "notAfter may be the start plus ttl less one second", ttl: "1d", notBefore: clock,
            notAfter: "2026-06-02T11:59:59Z", period: (clock, "2026-06-02T11:59:59Z")),
        Row(
            says: "and not one second more", ttl: "1d", notBefore: clock, notAfter: "2026-06-02T12:00:00Z",
            breaks: ["ttlCapsNotAfter notAfter"]),
        Row(
            says: "the cap counts from the default start too", ttl: "1d", notAfter: "2026-06-02T11:59:00Z",
            breaks: ["ttlCapsNotAfter notAfter"]),
        Row(
            says: "the default start is never before the issuer's own", ttl: "1d", now: "2026-02-01T00:00:30Z",
            period: ("2026-02-01T00:00:00Z", "2026-02-01T23:59:59Z")),
        Row(
            says: "a start asked for before the issuer's own is refused, not moved", ttl: "1d",
            notBefore: "2026-01-31T23:59:59Z", now: "2026-02-01T00:00:30Z", breaks: ["insideIssuerValidity notBefore"]),
        Row(
            says: "the maximum counts both ends", ttl: "90d", notBefore: clock,
            period: (clock, "2026-08-30T11:59:59Z")),
        Row(
            says: "one second over the maximum is refused (Let's Encrypt, 2021)", notBefore: clock,
            notAfter: "2026-08-30T12:00:00Z", breaks: ["maximumValidity notAfter"]),
        Row(says: "a ttl over the maximum is refused, never clamped", ttl: "91d", breaks: ["maximumValidity ttl"]),
        Row(
            says: "notAfter within the maximum heals a longer ttl", ttl: "1y", notAfter: "2026-07-01T00:00:00Z",
            period: ("2026-06-01T11:59:00Z", "2026-07-01T00:00:00Z")),
        Row(
            says: "a notBefore of exactly the maximum backdate is taken", ttl: "1d", notBefore: "2026-06-01T11:00:00Z",
            period: ("2026-06-01T11:00:00Z", "2026-06-02T10:59:59Z")),
        Row(
            says: "one second further back is refused", ttl: "1d", notBefore: "2026-06-01T10:59:59Z",
            breaks: ["maximumBackdate notBefore"]),
        Row(
            says: "a notBefore of exactly the maximum delay is taken", ttl: "1d", notBefore: "2026-06-08T12:00:00Z",
            period: ("2026-06-08T12:00:00Z", "2026-06-09T11:59:59Z")),
        Row(
            says: "one second further ahead is refused", ttl: "1d", notBefore: "2026-06-08T12:00:01Z",
            breaks: ["maximumDelay notBefore"]),
        Row(
            says: "what is over before it is issued is refused", ttl: "10m", notBefore: "2026-06-01T11:30:00Z",
            breaks: ["validityOver ttl"]),
        Row(
            says: "what ends this very second is not over", ttl: "1d", notBefore: "2026-06-01T11:30:00Z",
            notAfter: clock, period: ("2026-06-01T11:30:00Z", clock)),
        Row(
            says: "an end before the start is refused", ttl: "1d", notBefore: "2026-06-02T00:00:00Z",
            notAfter: "2026-06-01T23:59:59Z", breaks: ["validityOrder notAfter"]),
        Row(says: "neither ttl nor notAfter is refused", breaks: ["validityUnstated ttl"]),
        Row(
            says: "the issuer's last second is taken", notAfter: "2036-01-01T00:00:00Z", maximum: "20y",
            period: ("2026-06-01T11:59:00Z", "2036-01-01T00:00:00Z")),
        Row(
            says: "a child never outlives its issuer (OpenBao sign-intermediate)", notAfter: "2036-01-01T00:00:01Z",
            maximum: "20y", breaks: ["insideIssuerValidity notAfter"]),
        Row(
            says: "\"no end\" is not exempt", notAfter: "9999-12-31T23:59:59Z", maximum: "9000y",
            breaks: ["insideIssuerValidity notAfter"]),
        Row(
            says: "a ttl beyond the year 9999 is told, not trapped", ttl: "9990y", maximum: "9990y",
            breaks: ["validityRepresentable ttl"]),
        Row(
            says: "several faults are all told", ttl: "1y", notBefore: "2026-05-01T00:00:00Z",
            notAfter: "2027-05-01T00:00:00Z",
            breaks: ["maximumBackdate notBefore", "maximumValidity notAfter", "ttlCapsNotAfter notAfter"]),
        Row(
            says: "an issuer whose time is over signs nothing", ttl: "1d", now: "2036-06-01T00:00:00Z",
            breaks: ["insideIssuerValidity ttl"]),
        Row(
            says: "an issuer whose time begins after the maximum delay signs nothing yet", ttl: "1d",
            now: "2026-01-01T00:00:00Z", breaks: ["maximumDelay notBefore"]),
    ]

    @Test("Each sentence about validity holds", arguments: rows)
    func holds(row: Row) throws {
        let authority = try TestAuthority.shared()
        let profile = try Profile.test { profile in
            profile.validity.maximum = try Lifetime(parsing: row.maximum)
            profile.validity.maximumDelay = try Lifetime(parsing: row.maximumDelay)
        }
        let order = ValidityOrder(
            ttl: try row.ttl.map { try Lifetime(parsing: $0) },
            notBefore: try row.notBefore.map { try Instant(rfc3339: $0) },
            notAfter: try row.notAfter.map { try Instant(rfc3339: $0) })
        let request = CertificateRequest(key: try TestKey.shared(.p256).publicKey)
        var template: CertificateTemplate?
        let rules = try broken {
            let admitted = try profile.admit(
                request, validity: order, by: authority.issuer, at: Instant(rfc3339: row.now))
            template = admitted
            return admitted
        }
        #expect(rules == row.breaks)
        #expect(template?.notBefore.rfc3339 == row.period?.0)
        #expect(template?.notAfter.rfc3339 == row.period?.1)
    }

    @Test("The refusal of a notAfter beyond the ttl names the latest time allowed")
    func latestTime() throws {
        let order = ValidityOrder(
            ttl: .day, notBefore: try Instant(rfc3339: Self.clock),
            notAfter: try Instant(rfc3339: "2026-07-01T00:00:00Z"))
        let request = CertificateRequest(key: try TestKey.shared(.p256).publicKey)
        do {
            _ = try Profile.test().admit(
                request, validity: order, by: TestAuthority.shared().issuer, at: Instant(rfc3339: Self.clock))
            Issue.record("admitted")
        } catch IssuanceError.refused(let violations) {
            #expect(violations.contains { $0.message.contains("2026-06-02T11:59:59Z") })
        }
    }

    @Test(
        "The refusal of a ttl that the backdate uses up names the backdate and the shortest ttl, which is then taken",
        arguments: [
            (
                "60s", nil, clock,
                "without a notBefore it begins 1m earlier, its backdate, so that the shortest ttl is 61s."
            ),
            (
                "1s", nil, clock,
                "without a notBefore it begins 1m earlier, its backdate, so that the shortest ttl is 61s."
            ),
            ("10s", nil, "2026-02-01T00:00:30Z", "begins 30s earlier, its backdate, so that the shortest ttl is 31s."),
            ("10m", "2026-06-01T11:30:00Z", clock, ": it begins 30m earlier, so that the shortest ttl is 1801s."),
        ] as [(String, String?, String, String)])
    func shortestTTL(ttl: String, notBefore: String?, now: String, says: String) throws {
        let request = CertificateRequest(key: try TestKey.shared(.p256).publicKey)
        func admit(_ ttl: String) throws -> CertificateTemplate {
            let order = ValidityOrder(
                ttl: try Lifetime(parsing: ttl), notBefore: try notBefore.map { try Instant(rfc3339: $0) })
            return try Profile.test().admit(
                request, validity: order, by: TestAuthority.shared().issuer, at: Instant(rfc3339: now))
        }
        let error = #expect(throws: IssuanceError.self) { _ = try admit(ttl) }
        guard case .refused(let violations) = error else { return }
        #expect(violations.map(\.rule) == [.validityOver])
        #expect(violations.first?.message.hasSuffix(says) ?? false, "\(violations)")
        let shortest = try #require(says.split(separator: " ").last?.dropLast())
        #expect(try admit(String(shortest)).notAfter.rfc3339 == now)
    }

    @Test("A CA that outlives its root lends no time that the root does not have")
    func chainLimits() throws {
        var (short, long) = (TestAuthority.Form(), TestAuthority.Form())
        (short.notAfter, long.notAfter) = ("2027-01-01T00:00:00Z", "2030-01-01T00:00:00Z")
        long.name = "Below"
        let root = try TestAuthority(short, key: TestKey(.p256))
        let below = try TestAuthority(long, key: TestKey(.p256), below: root)
        #expect(below.issuer.notAfter.rfc3339 == "2027-01-01T00:00:00Z")
    }
}
