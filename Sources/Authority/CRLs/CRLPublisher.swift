package import Inventory
import Issuance
package import Ledger
package import Logging
import Synchronization
import Threads
package import Timekeeping

/// Keeps one authority's CRLs true, that of everything and those of its partitions: makes the next one in time and after a revocation, and
/// puts it where it is read.
package final class CRLPublisher: Sendable {
    package let authority: CertificateAuthority
    private let corridor: CRLCorridor
    private let rules: CRLRules
    private let clock: WallClock
    private let logger: Logger
    private let alarm = Alarm()
    private let schedule: Mutex<CRLSchedule>

    package init(
        _ authority: CertificateAuthority, _ rules: CRLRules, journal: Journal, inventory: CertificateInventory,
        clock: WallClock, configurationHash: [UInt8], logger: Logger
    ) {
        self.authority = authority
        self.rules = rules
        corridor = CRLCorridor(
            authority: authority, rules: rules, journal: journal, inventory: inventory, clock: clock,
            configurationHash: configurationHash)
        schedule = Mutex(CRLSchedule(interval: rules.interval, partitions: rules.partitions?.count ?? 0))
        self.clock = clock
        var logger = logger
        logger[metadataKey: "authority"] = "\(authority.id)"
        self.logger = logger
    }

    /// The subject key identifier by which the book knows the authority.
    var keyID: [UInt8] { corridor.keyID }

    /// A revocation is on record: where the rules say so, the next CRLs that name it are made at once.
    func revocationIsOnRecord(in scope: CRLScope) {
        guard rules.onRevocation else { return }
        schedule.withLock { $0.revoked(in: scope) }
        alarm.ring()
    }

    /// Works until it is cancelled. When the authority has expired, by a clock that may be set back, nothing is made.
    package func run() async {
        await waitForInventory()
        await takeUp(nil)
        for partition in 0..<(rules.partitions?.count ?? 0) { await takeUp(partition) }
        var knowsRetired = false
        while !Task.isCancelled {
            guard clock.now() <= authority.issuer.notAfter else {
                await alarm.wait(for: .seconds(60))
                continue
            }
            if !knowsRetired { knowsRetired = await takeUpRetired() }
            switch schedule.withLock({ $0.next(at: clock.now(), .now) }) {
            case .make(let partition): await publish(partition)
            case .wait(let delay): await alarm.wait(for: delay)
            }
        }
    }

    // MARK: - What an earlier run has left

    /// Nothing can be taken up, or made, without it: it may have to be made anew first, which takes as long as there are certificates.
    private func waitForInventory() async {
        while !Task.isCancelled {
            do {
                try await corridor.reachHead()
                return schedule.withLock { $0.note(inventory: nil) }
            } catch {
                let failures = schedule.withLock { schedule in
                    schedule.note(inventory: "\(error)")
                    return schedule.failures
                }
                logger.error("CRLs wait for the inventory", metadata: ["cause": "\(error)"])
                try? await Task.sleep(for: CRLSchedule.pause(after: failures))
            }
        }
    }

    /// What an earlier run has published is taken up where nothing was revoked since.
    private func takeUp(_ partition: UInt32?) async {
        guard let path = path(of: partition) else { return }
        do {
            let urls = partition.flatMap { partition in rules.partitions?.urls.map { $0.filled(partition) } }
            guard let found = try await predecessor(at: path) else { return }
            if let number = found.number, found.isSigned(by: authority.issuer.certificate) {
                schedule.withLock { $0.note(number: number) }
            }
            guard let published = PublishedCRL(found, by: authority.issuer, of: urls)
            else { return }
            let isCurrent = try await corridor.covers(published, partition)
            schedule.withLock { $0.takeUp(published, of: partition, isOutdated: !isCurrent) }
        } catch {
            logger.error("the last CRL cannot be read", metadata: ["file": "\(path)", "cause": "\(error)"])
        }
    }

    /// The CRL that lies there; `nil` where there is none.
    private func predecessor(at path: String) async throws -> CertificateRevocationList? {
        try await OSThread.call(name: "crl") {
            let octets: [UInt8]?
            do throws(LedgerError) { octets = try ReplacedFile(path).read() } catch {
                let reason =
                    if case .system(let failure) = error { "cannot be read (\(failure))" } else {
                        "is no regular file, or too large for a CRL"
                    }
                throw CRLNotSucceeded.unreadable(path: path, reason: reason)
            }
            // An empty one says nothing.
            guard let octets, !octets.isEmpty else { return nil }
            do { return try CertificateRevocationList(contents: octets) } catch {
                throw CRLNotSucceeded.unreadable(path: path, reason: "\(error)")
            }
        }
    }

    /// Sees to it that whoever is named by the CRL in the file is on record, before that is replaced: it may be of another journal, or of another
    /// software, and those who rely on it were told. Where there is none, the authority's other files tell whom it may have named.
    ///
    /// - Throws: `CRLNotSucceeded`, `InventoryError`.
    private func checkSuccession(_ partition: UInt32?, _ path: String) async throws {
        guard schedule.withLock({ $0.lists[partition]?.isSucceeded == false }) else { return }
        if let found = try await predecessor(at: path) {
            guard found.isSigned(by: authority.issuer.certificate) else { throw CRLNotSucceeded.foreign(path: path) }
            guard found.numberOctets == nil || found.number != nil else {
                throw CRLNotSucceeded.unreadable(path: path, reason: "has a number of more than 64 bits")
            }
            try await checkRecord(of: found, at: path)
        } else {
            for path in schedule.withLock({ $0.unsucceededRelatives(of: partition) }).compactMap(path(of:)) {
                // Of what is not this authority's CRL its own list makes a complaint.
                guard let found = try? await predecessor(at: path), found.isSigned(by: authority.issuer.certificate)
                else { continue }
                try await checkRecord(of: found, at: path)
            }
        }
        schedule.withLock { $0.succeeds(partition) }
    }

    private func checkRecord(of found: CertificateRevocationList, at path: String) async throws {
        let forgotten = try await corridor.forgotten(by: found)
        guard forgotten.isEmpty else {
            throw CRLNotSucceeded.forgets(forgotten, authorityID: authority.id, path: path)
        }
    }

    /// Partitions that were used once, and whose certificates still point to their CRLs.
    ///
    /// - Returns: whether they are known.
    private func takeUpRetired() async -> Bool {
        guard let retired = try? await corridor.retiredPartitions() else { return false }
        guard rules.partitions != nil else {
            if let last = retired.values.max(), last >= clock.now() {
                logger.error(
                    "certificates point to CRLs of partitions, and none are made: give the authority crl.partitions, with the count 0 for no new ones",
                    metadata: ["partitions": "\(retired.count)", "until": "\(last)"])
            }
            return true
        }
        for (partition, lastNotAfter) in retired.sorted(by: { $0.key < $1.key }) {
            if (try? await corridor.isOver(partition, lastNotAfter: lastNotAfter)) ?? false { continue }
            schedule.withLock { $0.addRetired(partition, lastNotAfter: lastNotAfter) }
            await takeUp(partition)
        }
        return true
    }

    private func path(of partition: UInt32?) -> String? {
        guard let partition else { return rules.file }
        return rules.partitions?.file.filled(partition)
    }

    // MARK: - The next one

    private func publish(_ partition: UInt32?) async {
        guard let path = path(of: partition) else { return schedule.withLock { $0.remove(partition) } }
        let (predecessor, above) = schedule.withLock { schedule in
            schedule.begin(partition)
            return (schedule.lists[partition]?.current, schedule.highestNumber)
        }
        do {
            if let partition, try await isOver(partition) {
                schedule.withLock { $0.remove(partition) }
                return logger.notice(
                    "all certificates of the partition have expired: its CRL is made no more",
                    metadata: ["partition": "\(partition)", "file": "\(path)"])
            }
            try await checkSuccession(partition, path)
            let published = try await corridor.sign(partition, after: predecessor, above: above)
            try await OSThread.call(name: "crl") { try ReplacedFile(path).replace(with: published.der) }
            schedule.withLock { $0.made(published, of: partition, at: .now) }
            log(published, partition)
        } catch {
            let isHeld = error is CRLNotSucceeded
            let failures = schedule.withLock { schedule in
                schedule.failed(partition, "\(error)", at: .now, alone: isHeld)
                return schedule.failures
            }
            logger.error(
                "no CRL was published", metadata: Self.metadata(partition).merging(["cause": "\(error)"]) { $1 })
            // What one of them lacks, the next may lack too; what is in its file is its own.
            guard !isHeld else { return }
            try? await Task.sleep(for: CRLSchedule.pause(after: failures))
        }
    }

    private func isOver(_ partition: UInt32) async throws -> Bool {
        guard let lastNotAfter = schedule.withLock({ $0.lists[partition]?.lastNotAfter }) else { return false }
        return try await corridor.isOver(partition, lastNotAfter: lastNotAfter)
    }

    private func log(_ published: PublishedCRL, _ partition: UInt32?) {
        logger.log(
            level: partition == nil ? .notice : .info, "published a CRL",
            metadata: Self.metadata(partition).merging([
                "number": "\(published.number)", "entries": "\(published.entries)",
                "nextUpdate": "\(published.nextUpdate)",
            ]) { $1 })
    }

    private static func metadata(_ partition: UInt32?) -> Logger.Metadata {
        partition.map { ["partition": "\($0)"] } ?? [:]
    }
}

// MARK: - How they are

extension CRLPublisher {
    /// For people who look after it.
    package struct Status: Sendable {
        /// That of everything.
        package let current: PublishedCRL?
        /// Why the last attempt at it came to nothing; `nil` after a success.
        package let lastError: String?
        /// `nil` where there are none.
        package let partitions: Partitions?
    }

    package struct Partitions: Sendable {
        /// Those whose CRLs are made.
        package let count: Int
        /// Those that have a CRL.
        package let published: Int
        /// When the first of their CRLs expires.
        package let nextUpdate: Instant?
        /// Why the last attempt at one of them came to nothing; `nil` where each succeeded.
        package let lastError: String?
    }

    package var status: Status {
        let lists = schedule.withLock { $0.lists }
        let own = lists[nil]
        let partitions = lists.filter { $0.key != nil }.sorted { $0.key ?? 0 < $1.key ?? 0 }.map(\.value)
        return Status(
            current: own?.current, lastError: own?.lastError,
            partitions: rules.partitions.map { _ in
                Partitions(
                    count: partitions.count, published: partitions.count { $0.current != nil },
                    nextUpdate: partitions.compactMap(\.current?.nextUpdate).min(),
                    lastError: partitions.lazy.compactMap(\.lastError).first)
            })
    }

    /// The last one that was signed; `nil` where there is none.
    ///
    /// - Parameter partition: `nil`: that of everything.
    package func current(_ partition: UInt32?) -> PublishedCRL? {
        schedule.withLock { $0.lists[partition]?.current }
    }
}
