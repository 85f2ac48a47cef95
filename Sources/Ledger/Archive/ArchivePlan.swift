package import Timekeeping

/// Which segments may leave a journal, and what has to be put on record before they do.
package struct ArchivePlan: Sendable {
    package struct Segment: Hashable, Sendable {
        let start: ChainPosition
        package let lastRecord: UInt64
        /// Of its file.
        package let octets: Int
        package let firstTime: Instant?
        package let lastTime: Instant?

        package var firstRecord: UInt64 { start.next }
    }

    /// Why the first segment that stays does.
    package enum Obstacle: Hashable, Sendable {
        /// It is the last one, which is written to.
        case last
        /// A certificate in it has not expired, or not long enough ago.
        case unexpired(serial: [UInt8], notAfter: Instant)
        /// A certificate in it is revoked and has expired, and was on no CRL since: the next one has to name it once more.
        case listed(serial: [UInt8])
        /// It has the record of an authority's last CRL, which is still current, or was not long ago.
        case crl(record: UInt64)
        /// The end of the certificate in that record cannot be read.
        case unreadable(record: UInt64)
        /// The revocations that have to stay on record are too many for one record, or have two dates.
        case revocations
    }

    /// As of when it is judged what has expired.
    package let time: Instant
    /// Those that leave, oldest first.
    package private(set) var segments: [Segment] = []
    package private(set) var obstacle: Obstacle
    /// Where the journal begins afterwards.
    let kept: ChainPosition
    /// What is to be recorded once more, since its records leave: revocations of certificates that stay, or that nobody knows.
    package private(set) var carried: [Revocation] = []
    /// What is to be known of revocations that stay, whose certificates leave.
    private(set) var expired: [Archived.ExpiredRevocation] = []
    let floors: [CRLFloor]

    package var octets: Int { segments.reduce(0) { $0 + $1.octets } }

    /// - Parameters:
    ///   - keeping: seconds that a certificate stays after its end.
    ///   - now: by the clock. Where the last record is older, that counts: one clock that is ahead lets nothing leave.
    init(_ survey: ArchiveSurvey, keeping: Int64, now: Instant) {
        time = min(survey.time, now)
        let limit = time.adding(seconds: -keeping) ?? .earliest
        var count = 0
        var obstacle = Obstacle.last
        let revoked = Dictionary(grouping: survey.revoked) { $0.value.certificate?.segment }
        for (index, segment) in survey.segments.dropLast().enumerated() {
            if let found = Self.obstacle(segment, revoked[index] ?? [], survey, limit) {
                obstacle = found
                break
            }
            count += 1
        }
        var revocations = Revocations(survey, upTo: count)
        while count > 0, !revocations.fit {
            count -= 1
            obstacle = .revocations
            revocations = Revocations(survey, upTo: count)
        }
        self.obstacle = obstacle
        (carried, expired) = (revocations.carried.map(\.revocation), revocations.expired)
        floors = survey.floors
        kept = survey.segments.dropFirst(count).first?.start ?? .start
        segments = survey.segments.prefix(count).map {
            Segment(
                start: $0.start, lastRecord: $0.lastRecord, octets: $0.octets, firstTime: $0.firstTime,
                lastTime: $0.lastTime)
        }
    }

    private static func obstacle(
        _ segment: ArchiveSurvey.Segment, _ revoked: [(key: ArchiveSurvey.Subject, value: ArchiveSurvey.Revoked)],
        _ survey: ArchiveSurvey, _ limit: Instant
    ) -> Obstacle? {
        if let record = segment.unreadable { return .unreadable(record: record) }
        if let longest = segment.longest, longest.notAfter >= limit {
            return .unexpired(serial: longest.serial, notAfter: longest.notAfter)
        }
        let records = segment.start.next...max(segment.start.next, segment.lastRecord)
        let lists = survey.lastCRLs.values.filter { records.contains($0.lastRecord) && $0.last.nextUpdate >= limit }
        if let first = lists.map(\.lastRecord).min() { return .crl(record: first) }
        return revoked.first { !survey.hasLeftCRLs($0.key, $0.value, limit) }.map { .listed(serial: $0.key.serial) }
    }

    /// The record that lets the journal begin behind them.
    func archived(to target: String) -> Archived {
        Archived(
            firstKept: kept.next, segments: segments.map(\.firstRecord), floors: floors, expired: expired,
            target: target)
    }
}

/// What has to be known of revocations when the first segments leave.
private struct Revocations {
    private(set) var carried: [(sequence: UInt64, revocation: Revocation)] = []
    private(set) var expired: [Archived.ExpiredRevocation] = []
    private(set) var fit = true

    init(_ survey: ArchiveSurvey, upTo count: Int) {
        guard count > 0, let kept = survey.segments.dropFirst(count).first?.start.next else { return }
        for (subject, revoked) in survey.revoked {
            let leaving = revoked.records.filter { $0.sequence < kept }
            let staying = revoked.records.filter { $0.sequence >= kept }
            if let certificate = revoked.certificate, certificate.segment.map({ $0 < count }) ?? true {
                // Also where it was archived before: the record that says so may leave.
                guard !staying.isEmpty else { continue }
                expired.append(
                    Archived.ExpiredRevocation(
                        authorityKeyID: subject.authorityKeyID, serial: subject.serial, notAfter: certificate.notAfter))
            } else {
                // The date of the first record counts, and one that stays comes before what is recorded now.
                if let first = leaving.first, staying.contains(where: { $0.revocation.date != first.revocation.date }) {
                    fit = false
                }
                carried += leaving.filter { old in !staying.contains { $0.revocation == old.revocation } }
            }
        }
        carried.sort { $0.sequence < $1.sequence }
        expired.sort { $0.serial.lexicographicallyPrecedes($1.serial) }
        let octets = expired.reduce(0) { $0 + $1.maximumOctets }
        if octets > Archived.maximumOctets / 2 { fit = false }
    }
}

extension ArchiveSurvey {
    /// Whether neither the last CRL names it nor any that is made from now on: it was on one that was made after the certificate's end
    /// (RFC 5280 § 3.3), and another came after that; or no CRL is made any more, as after the end of the CA, or ever was.
    ///
    /// - Parameter limit: a CRL that was to be replaced a year before that is the last. One that is younger may find a daemon that was out of
    ///   service, whose next CRL takes its place.
    func hasLeftCRLs(_ subject: Subject, _ revoked: Revoked, _ limit: Instant) -> Bool {
        guard let certificate = revoked.certificate, let first = revoked.records.first?.sequence else { return false }
        let own = lastCRLs.filter { $0.key.authorityKeyID == subject.authorityKeyID }
        guard own.keys.contains(where: { $0.partition == nil }) || !succeeding.contains(subject.authorityKeyID) else {
            return false
        }
        return own.filter { certificate.scope.isNamed(in: $0.key.partition) }.values.allSatisfy { lists in
            lists.last.nextUpdate < limit.adding(seconds: -366 * 86_400) ?? .earliest
                || lists.before.map { certificate.notAfter < $0.thisUpdate && first <= $0.basis } ?? false
        }
    }
}

extension CRLScope {
    /// Whether the CRL of that partition, or that of everything, names what is in this scope.
    fileprivate func isNamed(in partition: UInt32?) -> Bool {
        switch self {
        case .everything: partition == nil
        case .partition(let own): partition == nil || partition == own
        case .unknown: true
        }
    }
}
