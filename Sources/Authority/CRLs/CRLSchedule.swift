import Ledger
import Timekeeping

/// When which of an authority's CRLs is to be made. It decides and does nothing.
///
/// A list is known by its partition, the one of everything by `nil`.
struct CRLSchedule: Sendable {
    struct List: Sendable {
        var current: PublishedCRL?
        /// Something that it would say was recorded since.
        var isOutdated = false
        /// Whether the next one may take the place of what lies in the file: everybody whom that names is on record.
        var isSucceeded = false
        /// Why the last attempt came to nothing.
        var lastError: String?
        /// Attempts since the last that succeeded.
        var failures = 0
        /// For one that no new certificate comes into: the end of the last that is in it.
        var lastNotAfter: Instant?
        /// It is not made before.
        var earliest: ContinuousClock.Instant?
    }

    enum Step: Hashable {
        case make(UInt32?)
        case wait(Duration)
    }

    /// How long after a CRL the next is made.
    let interval: Lifetime
    private(set) var lists: [UInt32?: List] = [nil: List()]
    private var highestFound: UInt64 = 0
    /// Attempts since any succeeded.
    private(set) var failures = 0

    init(interval: Lifetime, partitions: UInt32) {
        self.interval = interval
        for partition in 0..<partitions { lists[partition] = List() }
    }

    /// Revocations that come close upon each other share a CRL.
    static let gap = Duration.seconds(2)

    /// After one failure a second, doubled with each that follows, a minute at most.
    static func pause(after failures: Int) -> Duration { .seconds(min(60, 1 << min(6, max(0, failures - 1)))) }

    /// The one of everything comes first, then those of the partitions in their order.
    func next(at now: Instant, _ moment: ContinuousClock.Instant) -> Step {
        var wait = Duration.seconds(60)
        var due: UInt32??
        for (partition, list) in lists {
            let delay = delay(of: list, at: now, moment)
            if delay > .zero {
                wait = min(wait, delay)
            } else if due.map({ Self.precedes(partition, $0) }) ?? true {
                due = .some(partition)
            }
        }
        return due.map { .make($0) } ?? .wait(wait)
    }

    private static func precedes(_ left: UInt32?, _ right: UInt32?) -> Bool {
        guard let right else { return false }
        return left.map { $0 < right } ?? true
    }

    private func delay(of list: List, at now: Instant, _ moment: ContinuousClock.Instant) -> Duration {
        let allowed = list.earliest.map { moment.duration(to: $0) } ?? .zero
        guard let current = list.current, !list.isOutdated else { return allowed }
        let due = current.thisUpdate.adding(interval) ?? .latest
        // A wall clock may be set meanwhile: it is asked again before long.
        return max(allowed, .seconds(min(60, due.secondsSinceEpoch - now.secondsSinceEpoch)))
    }

    // MARK: - What has happened

    /// Whether there is an inventory to make CRLs of; else why not.
    mutating func note(inventory fault: String?) {
        lists[nil]?.lastError = fault
        failures = fault == nil ? 0 : failures + 1
    }

    /// A CRL by the same key was found, whatever it is about: the next number is higher.
    mutating func note(number: UInt64) { highestFound = max(highestFound, number) }

    /// The highest number of a CRL that lies in a file.
    var highestNumber: UInt64 { max(highestFound, lists.values.compactMap(\.current?.number).max() ?? 0) }

    /// A CRL of an earlier run was found.
    mutating func takeUp(_ crl: PublishedCRL, of partition: UInt32?, isOutdated: Bool) {
        lists[partition]?.current = crl
        if isOutdated { lists[partition]?.isOutdated = true }
    }

    /// No new certificate comes into that partition.
    mutating func addRetired(_ partition: UInt32, lastNotAfter: Instant) {
        lists[partition, default: List()].lastNotAfter = lastNotAfter
    }

    mutating func remove(_ partition: UInt32?) {
        if partition != nil { lists[partition] = nil }
    }

    mutating func revoked(in scope: CRLScope) {
        lists[nil]?.isOutdated = true
        switch scope {
        case .everything: break
        case .partition(let partition): lists[partition]?.isOutdated = true
        case .unknown: for partition in lists.keys { lists[partition]?.isOutdated = true }
        }
    }

    /// Lists that name certificates which that one names too, and whose files may name more than is on record.
    func unsucceededRelatives(of partition: UInt32?) -> [UInt32?] {
        lists.filter { ($0.key == nil) != (partition == nil) && !$0.value.isSucceeded }.map(\.key)
    }

    /// The next one says all that the CRL in the file says.
    mutating func succeeds(_ partition: UInt32?) { lists[partition]?.isSucceeded = true }

    /// What is revoked from now on may not be on it.
    mutating func begin(_ partition: UInt32?) { lists[partition]?.isOutdated = false }

    mutating func made(_ crl: PublishedCRL, of partition: UInt32?, at moment: ContinuousClock.Instant) {
        failures = 0
        guard var list = lists[partition] else { return }
        (list.current, list.lastError, list.failures, list.isSucceeded) = (crl, nil, 0, true)
        list.earliest = moment.advanced(by: Self.gap)
        lists[partition] = list
    }

    /// - Parameter alone: what it lacks is its own: the others are not affected.
    mutating func failed(
        _ partition: UInt32?, _ error: String, at moment: ContinuousClock.Instant, alone: Bool = false
    ) {
        if !alone { failures += 1 }
        guard var list = lists[partition] else { return }
        list.isOutdated = true
        list.lastError = error
        list.failures += 1
        list.earliest = moment.advanced(by: Self.pause(after: list.failures))
        lists[partition] = list
    }
}
