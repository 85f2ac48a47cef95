import Authority
import Configuration
import Issuance
import Ledger
import Logging
import ServiceLifecycle
import SigningAPI
import SigningService
import Timekeeping
import UnixSignals
import UnixSocket

/// The wiring: configuration → object graph → what runs until it is told to stop.
struct Daemon {
    private let configuration: ServiceConfiguration
    private let mayCreateJournal: Bool
    private let logger: Logger

    init(_ configuration: ServiceConfiguration, mayCreateJournal: Bool, _ logger: Logger) {
        self.configuration = configuration
        self.mayCreateJournal = mayCreateJournal
        self.logger = logger
    }

    static func configuration(at path: String) throws(ConfigurationFailure) -> ServiceConfiguration {
        do {
            return try ServiceConfiguration(contentsOf: path, methods: SigningAPI.Method.allCases.map(\.rawValue))
        } catch {
            throw ConfigurationFailure("\(error)")
        }
    }

    /// Serves until SIGTERM or SIGINT.
    ///
    /// - Returns: whether every token has let go; else a call that hangs in a module is left behind.
    /// - Throws: `ConfigurationFailure`, or `StartError` where it cannot start.
    func run() async throws -> Bool {
        let issuers = try Issuers.load(configuration)
        for fault in Issuers.faults(configuration, issuers) { logger.error("\(fault)") }
        for warning in Issuers.warnings(configuration, issuers, at: WallClock.system.now()) {
            logger.warning("\(warning)")
        }
        // Before a journal is made and a PIN tried for a daemon that would not serve.
        try checkSocket()
        let journal = try openJournal()
        let keys: SigningKeys
        do {
            keys = try await SigningKeys(configuration, triesOn: true, logger)
        } catch {
            await journal.close()
            throw error
        }
        do {
            try await journal.recordConfiguration(hash: configuration.hash)
            let register = await register(issuers, keys)
            let book = try await Book(configuration, register, keys, journal, logger)
            try await serve(register, keys, book)
        } catch {
            await keys.close(within: SocketService.grace)
            await journal.close()
            throw error
        }
        let hanging = await keys.close(within: SocketService.grace)
        await journal.close()
        guard hanging.isEmpty else {
            logger.error(
                "stopped, with a call left behind that a token's module does not end",
                metadata: ["tokens": "\(hanging.joined(separator: ", "))"])
            return false
        }
        logger.notice("stopped")
        return true
    }

    private func checkSocket() throws(StartError) {
        let path = configuration.socket.path
        if case .fault(let fault) = SocketCheck(path: path).finding() {
            throw StartError("the socket \(path): \(fault)")
        }
        do {
            try SocketServer.checkFree(path)
        } catch {
            throw StartError("\(error)")
        }
    }

    private func openJournal() throws(StartError) -> Journal {
        do {
            return try Journal.open(
                directory: configuration.journal.directory, creating: mayCreateJournal,
                configuration: JournalConfiguration(configuration.journal), logger: logger
            ).0
        } catch {
            throw StartError("\(error)")
        }
    }

    private func register(_ issuers: [String: Issuer], _ keys: SigningKeys) async -> Register {
        var authorities: [CertificateAuthority] = []
        for authority in configuration.authorities {
            guard let issuer = issuers[authority.id] else { continue }
            authorities.append(
                CertificateAuthority(
                    id: authority.id, state: CertificateAuthority.State(authority.state), issuer: issuer,
                    intermediates: authority.intermediates,
                    crlPartitions: authority.crl?.partitions?.count ?? 0,
                    signer: await keys.signer(for: authority, of: issuer, logger), tokenName: authority.tokenName))
        }
        return Register(profiles: configuration.profiles, authorities: authorities)
    }

    private func serve(_ register: Register, _ keys: SigningKeys, _ book: Book) async throws {
        let service = SigningService(
            countersigner: Countersigner(
                register: register, keyPolicy: configuration.keyPolicy, journal: book.journal, clock: .system,
                configurationHash: configuration.hash),
            register: register, maximumCSRLength: configuration.limits.maximumCSRLength,
            health: ServiceHealth(
                version: Countersignd.version, configurationHash: configuration.hash, journal: book.journal,
                inventory: book.inventory, publishers: book.publishers, clock: .system),
            lookup: Lookup(register: register, journal: book.journal, inventory: book.inventory),
            revoker: Revoker(
                register: register, journal: book.journal, inventory: book.inventory, clock: .system,
                publishers: book.publishers),
            publishers: book.publishers, logger: logger)
        let policy = ServicePolicy(
            access: AccessPolicy(configuration.access),
            inFlight: InFlightLimit(perUser: configuration.limits.requestsInFlightPerUser), logger: logger)
        let socket: SocketService
        do {
            socket = try SocketService(configuration, service.router(policy: policy), keys, logger)
        } catch {
            throw StartError("\(error)")
        }
        logger.notice(
            "serving",
            metadata: [
                "socket": "\(configuration.socket.path)", "authorities": "\(register.authorities.count)",
                "profiles": "\(register.profiles.count)",
            ])
        var group = ServiceGroupConfiguration(
            services: [.init(service: socket)], gracefulShutdownSignals: [.sigterm, .sigint], logger: logger)
        // Past the drain's own deadline, what still runs is cancelled.
        group.maximumGracefulShutdownDuration = .seconds(configuration.limits.drainTimeout.seconds + 5)
        let services = group
        try await book.keep {
            try await ServiceGroup(configuration: services).run()
        } release: {
            await keys.close(within: SocketService.grace)
        }
    }
}

extension CertificateAuthority.State {
    fileprivate init(_ state: ServiceConfiguration.AuthorityState) {
        self =
            switch state {
            case .active: .active
            case .crlOnly: .crlOnly
            case .disabled: .disabled
            }
    }
}

extension JournalConfiguration {
    init(_ journal: ServiceConfiguration.Journal) {
        self.init(segmentOctets: journal.segmentOctets)
    }
}
