import Authority
import Configuration
import Inventory
import Issuance
import Ledger
import Logging
import Signing
import Timekeeping

/// What is kept beside the signing: the inventory, the CRLs, the checkpoints.
struct Book {
    let journal: Journal
    let inventory: CertificateInventory
    let publishers: [CRLPublisher]
    private let checkpoints: CheckpointKeeper?
    private let directory: String

    init(
        _ configuration: ServiceConfiguration, _ register: Register, _ keys: SigningKeys, _ journal: Journal,
        _ logger: Logger
    ) async throws(StartError) {
        self.journal = journal
        directory = configuration.journal.directory
        let inventory = CertificateInventory(path: configuration.inventory.file, logger: logger)
        self.inventory = inventory
        publishers = configuration.authorities.compactMap { entry -> CRLPublisher? in
            guard let crl = entry.crl, let authority = try? register.authority(entry.id), authority.state != .disabled
            else { return nil }
            return CRLPublisher(
                authority, CRLRules(crl, urls: entry.partitionURLs), journal: journal,
                inventory: inventory, clock: .system, configurationHash: configuration.hash, logger: logger)
        }
        let issuers = Dictionary(
            register.authorities.map { ($0.id, $0.issuer) }, uniquingKeysWith: { first, _ in first })
        checkpoints = try await configuration.checkpoints.asyncMap { settings throws(StartError) in
            CheckpointKeeper(
                signer: try await keys.checkpointSigner(settings, among: issuers, logger),
                interval: .seconds(settings.interval.seconds), path: settings.file, journal: journal, clock: .system,
                logger: logger)
        }
    }

    /// Keeps it for as long as `serve` runs, and until all that was recorded meanwhile is in the inventory. The journal is closed then.
    ///
    /// - Parameter release: has every signer let go, so that whoever waits for a token's answer is told that none comes.
    func keep(
        while serve: @escaping @Sendable () async throws -> Void, release: @escaping @Sendable () async -> Void
    ) async throws {
        async let following: Void = inventory.run(following: journal, in: directory)
        let result = await withTaskGroup(of: Void.self) { keepers in
            for publisher in publishers { keepers.addTask { await publisher.run() } }
            if let checkpoints { keepers.addTask { await checkpoints.run() } }
            let result: Result<Void, any Error>
            do {
                try await serve()
                result = .success(())
            } catch {
                result = .failure(error)
            }
            keepers.cancelAll()
            await keepLastCheckpoint(release)
            return result
        }
        // Nobody records anything any more; what follows the journal ends with it.
        await journal.close()
        await following
        try result.get()
    }

    /// The last word on what this run has recorded, unless the token takes too long for it.
    private func keepLastCheckpoint(_ release: @escaping @Sendable () async -> Void) async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await checkpoints?.keep() }
            group.addTask { try? await Task.sleep(for: SocketService.grace) }
            await group.next()
            await release()
            group.cancelAll()
        }
    }
}

extension Optional {
    fileprivate func asyncMap<Mapped, Failure: Error>(
        _ transform: (Wrapped) async throws(Failure) -> Mapped
    ) async throws(Failure) -> Mapped? {
        guard let value = self else { return nil }
        return try await transform(value)
    }
}

extension CRLRules {
    /// - Parameter urls: those of the partitions.
    fileprivate init(_ crl: ServiceConfiguration.CRL, urls: [PartitionTemplate]) {
        self.init(
            file: crl.file, validity: crl.validity, interval: crl.interval, onRevocation: crl.onRevocation,
            firstNumber: crl.firstNumber,
            partitions: crl.partitions.map { partitions in
                Partitions(count: partitions.count, file: partitions.file, urls: urls)
            })
    }
}
