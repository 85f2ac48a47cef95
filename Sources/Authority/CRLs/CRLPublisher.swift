package import Inventory
import Issuance
package import Ledger
package import Logging
import Synchronization
import Threads
package import Timekeeping

/// Keeps one authority's CRL true: makes the next one in time and after a revocation, and puts it where it is read.
package final class CRLPublisher: Sendable {
    package let authority: CertificateAuthority
    private let corridor: CRLCorridor
    private let file: ReplacedFile
    private let clock: WallClock
    private let logger: Logger
    private let alarm = Alarm()
    /// The last record of earlier runs that revokes one of the authority's certificates.
    private let lastRevocation: UInt64
    private let state = Mutex(State())

    private struct State: Sendable {
        var current: PublishedCRL?
        var lastError: String?
        var failures = 0
        var hasRevocation = false
    }

    /// How it is, for people who look after it.
    package struct Status: Sendable {
        package let current: PublishedCRL?
        /// Why the last attempt came to nothing; `nil` after a success.
        package let lastError: String?
    }

    package init(
        _ authority: CertificateAuthority, _ rules: CRLRules, journal: Journal, inventory: CertificateInventory,
        lastRevocation: UInt64, clock: WallClock, configurationHash: [UInt8], logger: Logger
    ) {
        self.lastRevocation = lastRevocation
        self.authority = authority
        corridor = CRLCorridor(
            authority: authority, rules: rules, journal: journal, inventory: inventory, clock: clock,
            configurationHash: configurationHash)
        file = ReplacedFile(rules.file)
        self.clock = clock
        var logger = logger
        logger[metadataKey: "authority"] = "\(authority.id)"
        self.logger = logger
    }

    /// The subject key identifier by which the book knows the authority.
    var keyID: [UInt8] { corridor.keyID }

    package var status: Status {
        state.withLock { Status(current: $0.current, lastError: $0.lastError) }
    }

    /// A revocation is on record: where the rules say so, the next CRL is made at once.
    package func revocationIsOnRecord() {
        guard corridor.rules.onRevocation else { return }
        state.withLock { $0.hasRevocation = true }
        alarm.ring()
    }

    /// Works until it is cancelled, or the authority has expired.
    package func run() async {
        await takeUp()
        while !Task.isCancelled, clock.now() <= authority.issuer.notAfter {
            let delay = delay()
            if delay > .zero {
                await alarm.wait(for: delay)
                continue
            }
            await publish()
            // Revocations that come close upon each other share a CRL.
            try? await Task.sleep(for: Self.gap)
        }
    }

    /// What an earlier run has published is taken up where nothing was revoked since.
    private func takeUp() async {
        do {
            let (file, issuer) = (file, authority.issuer)
            let found = try await OSThread.call(name: "crl") { try file.read() }
            guard let found else { return }
            guard let published = PublishedCRL(der: found, by: issuer) else {
                logger.warning(
                    "the file holds no CRL of this authority; it is replaced", metadata: ["file": "\(file.path)"])
                return
            }
            let isCurrent = try await corridor.covers(published, lastRevocation: lastRevocation)
            state.withLock { state in
                state.current = published
                state.hasRevocation = !isCurrent
            }
        } catch {
            logger.error("the last CRL cannot be read; the next is made", metadata: ["cause": "\(error)"])
        }
    }

    /// How long until the next one is due.
    private func delay() -> Duration {
        let now = clock.now()
        return state.withLock { state in
            guard let current = state.current else { return .zero }
            if state.hasRevocation { return .zero }
            let due = current.thisUpdate.adding(corridor.rules.interval) ?? .latest
            // A wall clock may be set while this sleeps.
            return .seconds(min(60, max(0, due.secondsSinceEpoch - now.secondsSinceEpoch)))
        }
    }

    private func publish() async {
        let above = state.withLock { state in
            state.hasRevocation = false
            return state.current?.number ?? 0
        }
        do {
            let published = try await corridor.sign(above: above)
            let file = file
            try await OSThread.call(name: "crl") { try file.replace(with: published.der) }
            state.withLock { state in
                state.current = published
                state.lastError = nil
                state.failures = 0
            }
            logger.notice(
                "published a CRL",
                metadata: [
                    "number": "\(published.number)", "entries": "\(published.entries)",
                    "nextUpdate": "\(published.nextUpdate)",
                ])
        } catch {
            let failures = state.withLock { state in
                state.hasRevocation = true
                state.lastError = "\(error)"
                state.failures += 1
                return state.failures
            }
            logger.error("no CRL was published", metadata: ["cause": "\(error)"])
            try? await Task.sleep(for: Self.pause(after: failures))
        }
    }

    /// After one failure a second, doubled with each that follows, a minute at most.
    private static func pause(after failures: Int) -> Duration { .seconds(min(60, 1 << min(6, max(0, failures - 1)))) }

    private static let gap = Duration.seconds(2)
}
