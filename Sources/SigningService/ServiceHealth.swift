package import Authority
import DERCoding
package import Inventory
import Issuance
package import Ledger
import PublicKeys
import Signing
import SigningAPI
package import Timekeeping

/// What the daemon says of itself.
package struct ServiceHealth: Sendable {
    private let version: String
    private let configurationHash: [UInt8]
    private let journal: Journal
    private let inventory: CertificateInventory
    /// By authority id.
    private let publishers: [String: CRLPublisher]
    private let clock: WallClock
    private let startedAt: Instant

    package init(
        version: String, configurationHash: [UInt8], journal: Journal, inventory: CertificateInventory,
        publishers: [CRLPublisher], clock: WallClock
    ) {
        self.inventory = inventory
        self.publishers = Dictionary(
            publishers.map { ($0.authority.id, $0) }, uniquingKeysWith: { first, _ in first })
        self.version = version
        self.configurationHash = configurationHash
        self.journal = journal
        self.clock = clock
        startedAt = clock.now()
    }

    /// - Parameter isShown: what the caller was granted; the rest counts for the summary only.
    func status(
        of authorities: [CertificateAuthority], showing isShown: (CertificateAuthority) -> Bool
    ) async -> ServiceStatus {
        let journalStatus = await journal.look()
        // Records are dated while the journal is looked at: read before, the clock might seem to be behind.
        let now = clock.now()
        let states = authorities.map { state(of: $0, at: now).rawValue }
        let descriptions = authorities.filter(isShown).map { describe($0, at: now) }
        return ServiceStatus(
            state: summary(journalStatus, states, at: now), version: version, startedAt: startedAt.rfc3339,
            uptimeSeconds: max(0, now.secondsSinceEpoch - startedAt.secondsSinceEpoch),
            configuration: configurationHash.hex, journal: describe(journalStatus, at: now),
            inventory: describe(inventory.status), authorities: descriptions)
    }

    /// What one authority can do now.
    func state(of authority: CertificateAuthority) -> AuthorityState {
        state(of: authority, at: clock.now())
    }

    enum AuthorityState: String {
        case active, crlOnly, disabled, expired, unavailable
    }

    private func state(of authority: CertificateAuthority, at now: Instant) -> AuthorityState {
        if authority.state == .disabled { return .disabled }
        if now > authority.issuer.notAfter { return .expired }
        guard authority.signer.status.state == .ready else { return .unavailable }
        return authority.state == .crlOnly ? .crlOnly : .active
    }

    /// Disabled authorities are as their operator wants them.
    private func summary(_ journal: JournalStatus, _ states: [String], at now: Instant) -> String {
        let wanted = states.filter { $0 != AuthorityState.disabled.rawValue }
        let working = wanted.filter {
            [AuthorityState.active.rawValue, AuthorityState.crlOnly.rawValue].contains($0)
        }
        guard journal.refusal(at: now) == nil, !working.isEmpty else { return "stopped" }
        return working.count == wanted.count ? "ok" : "degraded"
    }

    private func describe(_ status: JournalStatus, at now: Instant) -> ServiceStatus.Journal {
        let refusal = status.refusal(at: now)
        let (state, reason): (String, String?) =
            switch status.state {
            case .running: (refusal == nil ? "running" : "refusing", refusal?.description)
            case .stopped(let reason): ("stopped", reason)
            case .closed: ("stopped", refusal?.description)
            }
        return ServiceStatus.Journal(
            state: state, reason: reason, sequence: status.head, head: "\(status.headHash)",
            openIntents: status.openIntents)
    }

    private func describe(_ status: InventoryStatus) -> ServiceStatus.Inventory {
        let reason: String? = if case .unavailable(let reason) = status.state { reason } else { nil }
        return ServiceStatus.Inventory(
            state: reason == nil ? "running" : "unavailable", reason: reason, position: status.position)
    }

    private func crl(of authority: CertificateAuthority) -> ServiceStatus.CRL? {
        guard let status = publishers[authority.id]?.status else { return nil }
        let current = status.current
        return ServiceStatus.CRL(
            number: current.map { String($0.number) }, thisUpdate: current?.thisUpdate.rfc3339,
            nextUpdate: current?.nextUpdate.rfc3339, entries: current?.entries, lastError: status.lastError,
            partitions: status.partitions.map { partitions in
                ServiceStatus.CRLPartitions(
                    count: partitions.count, published: partitions.published,
                    nextUpdate: partitions.nextUpdate?.rfc3339, lastError: partitions.lastError)
            })
    }

    private func describe(_ authority: CertificateAuthority, at now: Instant) -> ServiceStatus.Authority {
        let signer = authority.signer.status
        return ServiceStatus.Authority(
            id: authority.id, state: state(of: authority, at: now).rawValue, reason: signer.reason,
            token: authority.tokenName, signatureAlgorithm: authority.issuer.signatureAlgorithm.name,
            sessions: signer.sessions, queued: signer.queueDepth, signatures: Int64(clamping: signer.signatures),
            lastError: signer.lastError, outageMs: signer.outage?.lasting.milliseconds,
            nextAttemptMs: signer.outage?.nextAttempt?.milliseconds,
            keys: signer.places(first: authority.tokenName).map(describe), crl: crl(of: authority))
    }

    private func describe(_ token: String, _ status: SignerStatus) -> ServiceStatus.Key {
        ServiceStatus.Key(
            token: token, state: status.state == .ready ? "ready" : "unavailable", reason: status.reason,
            sessions: status.sessions, queued: status.queueDepth, signatures: Int64(clamping: status.signatures),
            testSignatures: Int64(clamping: status.testSignatures),
            latencies: status.latencies.map { latencies in
                ServiceStatus.Latencies(
                    count: Int64(clamping: latencies.count), p50: latencies.median.microseconds,
                    p90: latencies.p90.microseconds, p99: latencies.p99.microseconds)
            },
            lastError: status.lastError, outageMs: status.outage?.lasting.milliseconds,
            nextAttemptMs: status.outage?.nextAttempt?.milliseconds)
    }
}

extension SignerStatus {
    /// Why it cannot sign; `nil` where it can.
    fileprivate var reason: String? {
        guard case .unavailable(let reason) = state else { return nil }
        return reason
    }
}

extension Duration {
    /// Cut to whole milliseconds.
    fileprivate var milliseconds: Int64 { microseconds / 1000 }

    /// Cut to whole microseconds.
    fileprivate var microseconds: Int64 {
        let (seconds, attoseconds) = components
        return seconds.multipliedReportingOverflow(by: 1_000_000).partialValue &+ attoseconds / 1_000_000_000_000
    }
}
