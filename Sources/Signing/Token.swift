package import Logging
import PKCS11
import PublicKeys
import Synchronization
import Threads

/// A token that is looked after: logged in, with workers that sign. Keys get their signers from it.
package final class Token: Sendable {
    package let configuration: TokenConfiguration
    private let link: TokenLink
    let keeper: TokenKeeper
    let pool: WorkerPool
    private let keeping: Task<Void, Never>
    private let keyCount = Atomic<Int>(0)

    private init(_ link: TokenLink, _ keeper: TokenKeeper, logger: Logger) throws(SigningError) {
        configuration = link.configuration
        self.link = link
        self.keeper = keeper
        let pool = try WorkerPool(
            name: configuration.name, workers: configuration.sessions, queueLimit: configuration.queueLimit,
            deadline: configuration.deadline, logger: logger,
            makeSession: { TokenSession(link, logger: logger) },
            onEvent: { keeper.note($0) },
            atEnd: { link.close() })
        self.pool = pool
        keeping = Task { await keeper.run(pool) }
    }

    deinit {
        keeping.cancel()
        pool.abandon(within: configuration.deadline)
    }

    /// Loads the module, finds the token and logs in: its PIN is tried once. From then on the token is brought back whenever it is lost.
    ///
    /// Other programs that log in at the same moment can make a token in software fail for an instant, so what fails before
    /// the log-in is tried again; a log-in never is.
    package static func open(
        _ configuration: TokenConfiguration, logger: Logger = Logger(label: "countersign.signing")
    ) async throws(SigningError) -> Token {
        let (link, keeper, logger) = try parts(configuration, logger)
        try await keeper.begin()
        return try Token(link, keeper, logger: logger)
    }

    /// The same, where a token that does not open now is tried again until it does.
    ///
    /// - Returns: the token, and why it did not open.
    package static func keep(
        _ configuration: TokenConfiguration, logger: Logger = Logger(label: "countersign.signing")
    ) async throws(SigningError) -> (token: Token, fault: SigningError?) {
        let (link, keeper, logger) = try parts(configuration, logger)
        do throws(SigningError) {
            try await keeper.begin()
            return (try Token(link, keeper, logger: logger), nil)
        } catch {
            let token = try Token(link, keeper, logger: logger)
            token.pool.stop(SigningError(error.kind == .pin ? .pin : .unavailable, error.reason), holding: [])
            return (token, error)
        }
    }

    private static func parts(
        _ configuration: TokenConfiguration, _ logger: Logger
    ) throws(SigningError) -> (TokenLink, TokenKeeper, Logger) {
        var logger = logger
        logger[metadataKey: "token"] = .string(configuration.name)
        do throws(PKCS11Error) {
            let link = try TokenLink(configuration)
            return (link, TokenKeeper(link, logger: logger), logger)
        } catch {
            throw SessionFault(error).signingError(reachedSign: false)
        }
    }

    /// Finds a private key, checks its attributes, finds out how it signs, and has it make a test signature that verifies
    /// with the CA's public key.
    package func signer(for configuration: KeyConfiguration) async throws(SigningError) -> TokenSigner {
        let (key, fault) = try await prepare(configuration)
        if let fault { throw fault }
        keeper.add(key, isProven: true)
        return TokenSigner(token: self, key: key)
    }

    /// The same, where a key that does not sign now is tried again until it does; where that would not help, it is locked.
    ///
    /// - Returns: the signer, and why it does not sign.
    package func keptSigner(
        for configuration: KeyConfiguration
    ) async throws(SigningError) -> (signer: TokenSigner, fault: SigningError?) {
        let (key, fault) = try await prepare(configuration)
        if let fault {
            if fault.kind == .misconfigured { key.lock(because: fault.reason) }
            pool.hold(key, fault.kind == .pin ? fault : SigningError(.unavailable, fault.reason))
        }
        keeper.add(key, isProven: fault == nil)
        return (TokenSigner(token: self, key: key), fault)
    }

    private func prepare(_ configuration: KeyConfiguration) async throws(SigningError) -> (TokenKey, SigningError?) {
        guard configuration.algorithm.fits(configuration.publicKey) else {
            throw SigningError(
                .misconfigured, "\(configuration.algorithm) does not fit the key, which is \(configuration.publicKey)")
        }
        let key = TokenKey(index: keyCount.add(1, ordering: .relaxed).oldValue, configuration: configuration)
        do throws(SigningError) {
            _ = try await pool.perform(.prove, key)
            return (key, nil)
        } catch {
            return (key, error)
        }
    }

    /// Takes no more requests, finishes those that wait, closes the sessions, and returns: at the latest after `limit`, by
    /// default the deadline of one request, whatever the token does. Called again, it waits for the first to end.
    ///
    /// - Returns: whether all sessions are closed; else a call into the module has been left behind.
    @discardableResult
    package func close(within limit: Duration? = nil) async -> Bool {
        keeping.cancel()
        return await pool.close(within: limit ?? configuration.deadline)
    }

    /// Whether a call into the module has not returned in its time.
    package var hangs: Bool { pool.condition.lostWorkers > 0 || link.hangs }

    /// How the token is, at this moment.
    package var status: TokenStatus {
        let condition = pool.condition
        return TokenStatus(
            name: configuration.name, unavailableBecause: condition.refusal?.reason,
            sessions: link.connection?.sessionCount ?? 0, lostSessions: condition.lostWorkers,
            queueDepth: condition.queueDepth)
    }

    func openScratchSession() throws(PKCS11Error) -> Session {
        guard let connection = link.connection else { throw .token("the token was not reached yet") }
        return try connection.openSession()
    }
}

/// How a token is: for people who look after it.
package struct TokenStatus: Hashable, Sendable {
    package let name: String
    /// `nil` where it takes requests.
    package let unavailableBecause: String?
    /// Open sessions that sign.
    package let sessions: Int
    /// Sessions stuck in a call that was given up.
    package let lostSessions: Int
    /// Requests that wait for a session.
    package let queueDepth: Int
}
