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
        let operators = try confirmedBy(confirmations)
        let prepared = try prepared()
        let earlier = try done()
        let der: [UInt8]
        if let earlier {
            der = earlier
        } else if case .createIntermediate = plan.act {
            let way = try signer.rehearse(prepared.algorithm)
            der = try prepared.seal(signer.sign(toBeSigned, way))
        } else {
            der = try await signOnRecord(prepared, with: signer, clock)
        }
        try folder.keep(Array(PEM.encode(der, label: outcomeLabel).utf8), as: outcomeName)
        if try folder.read(Self.transcriptName) == nil {
            let transcript = transcript(of: der, by: signer.identity, operators, at: clock.now())
            try folder.write(Array(transcript.utf8), as: Self.transcriptName)
        }
        return Outcome(
            path: folder.path(of: outcomeName), transcriptPath: folder.path(of: Self.transcriptName),
            wasDone: earlier != nil)
    }

    /// - Throws: `CeremonyError.notConfirmed` where a hash is not that of what was prepared.
    package func checkConfirmed(_ confirmed: String) throws(CeremonyError) {
        guard confirmed.lowercased() == hash else { throw .notConfirmed(prepared: hash) }
    }

    private var journal: String { folder.path(of: "journal") }

    private func signOnRecord(
        _ prepared: consuming Prepared, with signer: borrowing some CeremonySigner & ~Copyable, _ clock: WallClock
    ) async throws -> [UInt8] {
        let intent = try intent(prepared.algorithm)
        let way = try signer.rehearse(prepared.algorithm)
        let (journal, _) = try Journal.open(
            directory: journal, creating: true, clock: clock,
            logger: Logger(label: "countersign.ceremony") { _ in SwiftLogNoOpLogHandler() })
        let sealed: Sealed
        do {
            sealed = try await journal.withIntent(
                intent, prepared, outcome: { Issued(certificateID: intent.certificateID, signature: $0.signature) },
                failure: { error in
                    let isUnused = (error as? SigningError)?.outcome == .notSigned
                    return Abandonment(reason: "\(error)", outcome: isUnused ? .notSigned : .possiblySigned)
                },
                perform: { prepared in
                    let signature = try signer.sign(prepared.toBeSigned, way)
                    return Sealed(der: try prepared.seal(signature), signature: signature.octets)
                })
        } catch {
            await journal.close()
            throw error
        }
        await journal.close()
        return sealed.der
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
        let request = inputs.request.isEmpty ? inputs.publicKey.subjectPublicKeyInfo : Array(inputs.request.utf8)
        return Intent(
            serial: serial, certificateID: UUID(), authorityID: plan.authorityID,
            authorityKeyID: try inputs.authorityKeyID(), kind: .intermediate, profileID: nil,
            signatureAlgorithm: algorithm.name, configurationHash: Array(SHA256.hash(data: plan.octets)),
            requester: Intent.Requester(uid: getuid(), gid: getgid(), pid: getpid()),
            csrHash: Array(SHA256.hash(data: request)), tbs: toBeSigned, requestID: "ceremony")
    }

    /// The DER of what was signed before: of a certificate, where the journal has it; of a request, where its file is there.
    ///
    /// - Throws: `CeremonyError.begunBefore` where it may have been signed, for all that is on record.
    func done() throws -> [UInt8]? {
        if case .createIntermediate = plan.act {
            let there = try folder.read(outcomeName).map { String(decoding: $0, as: UTF8.self) }
            let request = try there.map { try CertificateRequest(verifying: $0, policy: KeyPolicy()) }
            guard request.map({ $0.publicKey == inputs.publicKey }) ?? true else {
                throw CeremonyError.changed(path: folder.path(of: outcomeName))
            }
            return request?.der
        }
        guard try !Journal.isAbsent(directory: journal) else { return nil }
        var reader = try JournalReader(directory: journal)
        var (isBegun, isUnused, signature) = (false, false, [UInt8]?.none)
        while let record = try reader.next() {
            switch record.body {
            case .intent(let intent):
                guard intent.tbs == toBeSigned else { throw CeremonyError.journalDiffers(directory: folder.path) }
                isBegun = true
            case .issued(let issued, _): signature = issued.signature
            case .abandoned(let end, _, _): isUnused = end.outcome == .notSigned
            default: break
            }
        }
        guard isBegun else { return nil }
        // A serial number is used up by an attempt.
        guard !isUnused else { throw CeremonyError.failedBefore(directory: folder.path) }
        let prepared = try prepared()
        guard
            let signature,
            let verified = VerifiedSignature(
                signature, over: toBeSigned, by: inputs.publicKey, algorithm: prepared.algorithm)
        else { throw CeremonyError.begunBefore(directory: folder.path) }
        return try prepared.seal(verified)
    }
}
