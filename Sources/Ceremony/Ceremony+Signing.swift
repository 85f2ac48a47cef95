import Configuration
import Crypto
import FoundationEssentials
import Glibc
import Issuance
import Ledger
import Logging
import PublicKeys
import Signing
package import Timekeeping

extension Ceremony {
    /// What came of it.
    package struct Outcome: Sendable {
        /// Of the certificate or request, which is in the folder as PEM.
        package let path: String
        package let transcriptPath: String
        /// It was done before, and no key was used now.
        package let wasDone: Bool
    }

    /// Signs exactly what was prepared, once: on record before, and after. Where that is done already, no key is used, and what is missing
    /// of the files is written.
    ///
    /// - Parameters:
    ///   - confirmed: the hash that a person has seen and confirmed.
    ///   - confirmations: signatures of the statement by the plan's operators, and the files that they are from.
    /// - Throws: `CeremonyError`, `SigningError`, `IssuanceError`, `LedgerError`.
    package func sign(
        confirming confirmed: String, _ confirmations: [(path: String, octets: [UInt8])] = [],
        with signer: borrowing some CeremonySigner & ~Copyable, clock: WallClock = .system
    ) async throws -> Outcome {
        try checkConfirmed(confirmed)
        guard signer.publicKey == inputs.publicKey else { throw CeremonyError.otherKey }
        let lock = try folder.lock()
        defer { _ = lock }
        let prepared = try prepared()
        let earlier = try done()
        // Who confirms afterwards has not confirmed.
        let operators = try confirmedBy(earlier == nil ? confirmations : [])
        let der: [UInt8]
        var time: Instant?
        if let earlier {
            (der, time) = (earlier.der, earlier.time)
        } else if let end, clock.now() > end {
            throw CeremonyError.expired(end)
        } else if case .createIntermediate = plan.act {
            let way = try signer.rehearse(prepared.algorithm)
            der = try prepared.seal(signer.sign(toBeSigned, way))
        } else {
            der = try await signOnRecord(prepared, with: signer, clock)
            // The journal's, to the second.
            time = try done()?.time
        }
        try folder.keep(outcome(der), as: outcomeName)
        if try folder.read(Self.transcriptName) == nil {
            let transcript = transcript(of: der, by: signer.identity, operators, at: time ?? clock.now())
            try folder.write(Array(transcript.utf8), as: Self.transcriptName)
        }
        return Outcome(
            path: folder.path(of: outcomeName), transcriptPath: folder.path(of: Self.transcriptName),
            wasDone: earlier != nil)
    }

    /// When what was prepared is over; `nil` for a request.
    private var end: Instant? {
        switch plan.act {
        case .createIntermediate: nil
        case .signCRL(let list): statement.time.adding(list.validity)
        case .createRoot, .createBelow, .signCSR, .crossSign: CertificateSummary(tbs: toBeSigned)?.notAfter
        }
    }

    /// - Throws: `CeremonyError.notConfirmed` where a hash is not that of what was prepared.
    package func checkConfirmed(_ confirmed: String) throws(CeremonyError) {
        guard confirmed.lowercased() == hash else { throw .notConfirmed(prepared: hash) }
    }

    /// Whether a journal has it on record: a request is none of a certificate's.
    package var hasJournal: Bool {
        if case .createIntermediate = plan.act { false } else { true }
    }

    /// The folder of the journal that has it on record.
    package var journal: String { plan.journalPath ?? folder.path(of: "journal") }

    private func signOnRecord(
        _ prepared: consuming Prepared, with signer: borrowing some CeremonySigner & ~Copyable, _ clock: WallClock
    ) async throws -> [UInt8] {
        try Self.checkBook(inputs, at: statement.time)
        let algorithm = prepared.algorithm
        let way = try signer.rehearse(algorithm)
        let (journal, _) = try Journal.open(
            // A few records, perhaps on a medium that is carried about.
            directory: journal, creating: true, configuration: JournalConfiguration(allocationOctets: 1 << 14),
            clock: clock,
            logger: Logger(label: "countersign.ceremony") { _ in SwiftLogNoOpLogHandler() })
        let sealed: Sealed
        do {
            if case .signCRL = plan.act {
                let basis = try await recordRevocations(in: journal)
                sealed = try await sign(crlIntent(algorithm, basis: basis), prepared, way, with: signer, in: journal)
            } else {
                sealed = try await sign(intent(algorithm), prepared, way, with: signer, in: journal)
            }
        } catch {
            await journal.close()
            throw error
        }
        await journal.close()
        return sealed.der
    }

    private func sign<Signer: CeremonySigner & ~Copyable>(
        _ intent: some SigningIntent, _ prepared: consuming Prepared, _ way: Signer.Way, with signer: borrowing Signer,
        in journal: Journal
    ) async throws -> Sealed {
        let identifier = intent.identifier
        do {
            return try await sealed(intent, prepared, way, with: signer, in: journal, as: identifier)
        } catch let error as SigningError {
            throw CeremonyError.tokenFailed(
                reason: error.reason, isUnused: error.outcome == .notSigned, directory: folder.path)
        }
    }

    private func sealed<Signer: CeremonySigner & ~Copyable>(
        _ intent: some SigningIntent, _ prepared: consuming Prepared, _ way: Signer.Way, with signer: borrowing Signer,
        in journal: Journal, as identifier: UUID
    ) async throws -> Sealed {
        try await journal.withIntent(
            intent, prepared, outcome: { Issued(certificateID: identifier, signature: $0.signature) },
            failure: { error in
                let isUnused = (error as? SigningError)?.outcome == .notSigned
                return Abandonment(reason: "\(error)", outcome: isUnused ? .notSigned : .possiblySigned)
            },
            perform: { prepared in
                let signature = try signer.sign(prepared.toBeSigned, way)
                return Sealed(der: try prepared.seal(signature), signature: signature.octets)
            })
    }

    private struct Sealed: Sendable {
        let der: [UInt8]
        let signature: [UInt8]
    }

    private func intent(_ algorithm: SignatureAlgorithm) throws -> Intent {
        guard let serial = CertificateSummary(tbs: toBeSigned)?.serial else {
            throw CeremonyError.changed(path: folder.path(of: Self.preparedName))
        }
        // Of a root there is no request: its key is what it begins with.
        let request = inputs.requested ?? inputs.publicKey.subjectPublicKeyInfo
        return Intent(
            serial: serial, certificateID: UUID(), authorityID: plan.authorityID,
            authorityKeyID: try inputs.authorityKeyID(), kind: .intermediate, profileID: nil,
            signatureAlgorithm: algorithm.name, configurationHash: Array(SHA256.hash(data: plan.octets)),
            requester: Intent.Requester(uid: getuid(), gid: getgid(), pid: getpid()),
            csrHash: Array(SHA256.hash(data: request)), tbs: toBeSigned, requestID: "ceremony")
    }

    /// Whom this CRL revokes is on record before it, for whoever takes the journal over.
    ///
    /// - Returns: the number of the last of these records.
    private func recordRevocations(in journal: Journal) async throws -> UInt64 {
        let (keyID, authorityID) = (try inputs.authorityKeyID(), plan.authorityID)
        let known = try recordedRevocations(ofKey: keyID)
        let revocations = try inputs.newlyRevoked(at: statement.time).filter { !known.contains($0.serialNumber) }
            .map { revoked in
                Revocation(
                    authorityID: authorityID, authorityKeyID: keyID, serial: revoked.serialNumber,
                    date: revoked.revocationDate, reason: (revoked.reason ?? .unspecified).rawValue, requester: nil,
                    requestID: "ceremony")
            }
        // Many share one fdatasync.
        for start in stride(from: 0, to: revocations.count, by: 512) {
            try await withThrowingTaskGroup(of: Void.self) { group in
                for revocation in revocations[start..<min(start + 512, revocations.count)] {
                    group.addTask { _ = try await journal.record(revocation) }
                }
                try await group.waitForAll()
            }
        }
        return journal.status.head
    }

    /// Of an attempt that was interrupted before the key was used.
    private func recordedRevocations(ofKey keyID: [UInt8]) throws(LedgerError) -> Set<[UInt8]> {
        var reader = try JournalReader(directory: journal)
        var serials: Set<[UInt8]> = []
        while let record = try reader.next() {
            if case .revoked(let revocation) = record.body, revocation.authorityKeyID == keyID {
                serials.insert(revocation.serial)
            }
        }
        return serials
    }

    private func crlIntent(_ algorithm: SignatureAlgorithm, basis: UInt64) throws -> CRLIntent {
        guard case .signCRL(let list) = plan.act, let nextUpdate = statement.time.adding(list.validity) else {
            throw CeremonyError.changed(path: folder.path(of: Self.preparedName))
        }
        return CRLIntent(
            crlID: UUID(), authorityID: plan.authorityID, authorityKeyID: try inputs.authorityKeyID(),
            number: try inputs.crlNumber(), partition: nil, signatureAlgorithm: algorithm.name,
            configurationHash: Array(SHA256.hash(data: plan.octets)), basis: basis,
            entries: UInt64(try inputs.entries(at: statement.time).count), thisUpdate: statement.time,
            nextUpdate: nextUpdate, tbsHash: Array(SHA256.hash(data: toBeSigned)))
    }

    /// The DER of what was signed before, and when: of a certificate or CRL, where the journal has it; of a request, which no journal has,
    /// where its file is there.
    ///
    /// - Throws: `CeremonyError.begunBefore` where it may have been signed, for all that is on record; `.missing` where the outcome is there, and
    ///   the journal is not.
    func done() throws -> (der: [UInt8], time: Instant?)? {
        if case .createIntermediate = plan.act { return try request().map { ($0, nil) } }
        guard try !Journal.isAbsent(directory: journal) else {
            guard try folder.read(outcomeName) == nil else { throw CeremonyError.missing(path: journal) }
            return nil
        }
        var reader = try JournalReader(directory: journal)
        var (begun, isUnused, issued) = (UInt64?.none, false, (signature: [UInt8], time: Instant)?.none)
        while let record = try reader.next() {
            switch record.body {
            case .intent(let intent):
                if intent.tbs == toBeSigned { begun = record.sequence }
            case .crlIntent(let intent):
                if intent.tbsHash == Array(SHA256.hash(data: toBeSigned)) { begun = record.sequence }
            case .issued(let found, let intent): if intent == begun { issued = (found.signature, record.time) }
            case .abandoned(let end, _, let intent): if intent == begun { isUnused = end.outcome == .notSigned }
            default: continue
            }
            // A journal of its own has nothing else.
            guard begun != nil || plan.journalPath != nil else {
                throw CeremonyError.journalDiffers(directory: folder.path)
            }
        }
        guard begun != nil else {
            guard try folder.read(outcomeName) == nil else {
                throw CeremonyError.journalDiffers(directory: folder.path)
            }
            return nil
        }
        // A serial number is used up by an attempt.
        guard !isUnused else { throw CeremonyError.failedBefore(directory: folder.path) }
        let prepared = try prepared()
        guard
            let issued,
            let verified = VerifiedSignature(
                issued.signature, over: toBeSigned, by: inputs.publicKey, algorithm: prepared.algorithm)
        else { throw CeremonyError.begunBefore(directory: folder.path) }
        return (try prepared.seal(verified), issued.time)
    }

    /// The request that is in the folder, where it is the one that was prepared.
    private func request() throws -> [UInt8]? {
        guard let octets = try folder.read(outcomeName) else { return nil }
        let request = try? CertificateRequest(
            verifying: String(decoding: octets, as: UTF8.self), policy: KeyPolicy())
        guard let request, request.der.firstRange(of: toBeSigned) != nil, request.publicKey == inputs.publicKey else {
            throw CeremonyError.changed(path: folder.path(of: outcomeName))
        }
        return request.der
    }
}
