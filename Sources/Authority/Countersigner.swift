import FoundationEssentials
package import Issuance
package import Ledger
import Signing
package import Timekeeping

/// The corridor: the steps that turn an order into a certificate, in their order, and nothing else.
package struct Countersigner: Sendable {
    private let register: Register
    private let keyPolicy: KeyPolicy
    private let journal: Journal
    private let clock: WallClock
    private let configurationHash: [UInt8]

    /// - Parameter configurationHash: SHA-256 of the configuration that all of this was read from.
    package init(
        register: Register, keyPolicy: KeyPolicy, journal: Journal, clock: WallClock, configurationHash: [UInt8]
    ) {
        self.register = register
        self.keyPolicy = keyPolicy
        self.journal = journal
        self.clock = clock
        self.configurationHash = configurationHash
    }

    /// Signs a leaf certificate.
    ///
    /// - Throws: `AccessError`, `IssuanceError`, `SigningError`, `LedgerError`, or `CancellationError` where the requester
    ///   is gone.
    package func sign(_ order: CertificateOrder, on behalf: Behalf) async throws -> Countersigned {
        let (profile, authority) = try register.profile(order.profileID)
        try behalf.grant.check(method: behalf.method)
        try behalf.grant.check(profile: profile.id)
        let request = try CertificateRequest(verifying: order.csr, policy: keyPolicy)
        let now = clock.now()
        let template = try profile.admit(
            request, validity: order.validity, by: authority.issuer, at: now, beside: authority.violations(at: now))
        return try await countersign(template, of: request, by: authority, profileID: profile.id, on: behalf)
    }

    /// Signs an intermediate CA's certificate.
    ///
    /// - Throws: as `sign` does.
    package func signIntermediate(_ order: IntermediateOrder, on behalf: Behalf) async throws -> Countersigned {
        let authority = try register.authority(order.authorityID)
        try behalf.grant.check(method: behalf.method)
        try behalf.grant.check(authority: authority.id)
        let rules = try authority.intermediateRules()
        let request = try CertificateRequest(verifying: order.csr, policy: keyPolicy)
        let now = clock.now()
        let template = try rules.admit(
            request, notBefore: order.notBefore, notAfter: order.notAfter, pathLength: order.pathLength,
            by: authority.issuer, at: now, beside: authority.violations(at: now))
        return try await countersign(template, of: request, by: authority, profileID: nil, on: behalf)
    }

    private func countersign(
        _ template: CertificateTemplate, of request: CertificateRequest, by authority: CertificateAuthority,
        profileID: UUID?, on behalf: Behalf
    ) async throws -> Countersigned {
        let signer = authority.signer
        try signer.checkReady()
        let serial = SerialNumber.random()
        let partition = authority.partition(of: serial, template)
        let prepared = try authority.issuer.prepare(
            partition.map { template.inPartition($0) } ?? template, serial: serial)
        let certificateID = UUID.random()
        let intent = Intent(
            prepared, of: request, id: certificateID, by: authority, profileID: profileID, crlPartition: partition,
            configurationHash: configurationHash, on: behalf)
        let issued = try await journal.withIntent(
            intent, prepared,
            outcome: { Issued(certificateID: certificateID, signature: $0.signature) },
            failure: Abandonment.init(after:)
        ) { prepared in  // durable before the key is touched
            guard !Task.isCancelled else { throw RequesterGone() }
            let signature = try await signer.sign(prepared.tbs)  // the token, and verified
            return try prepared.seal(signature)  // consumes: compare, assemble, re-parse, compare
        }  // outcome durable before anyone hears of it
        return Countersigned(certificateID: certificateID, certificate: issued, authority: authority)
    }
}
