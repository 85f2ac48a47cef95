package import Logging
import PKCS11
import PublicKeys
import Synchronization
import Threads

/// An open token: logged in, with workers that sign. Keys get their signers from it.
package final class Token: Sendable {
    package let configuration: TokenConfiguration
    private let connection: TokenConnection
    let pool: WorkerPool
    private let keyCount = Atomic<Int>(0)

    private init(_ connection: TokenConnection, _ pool: WorkerPool) {
        configuration = connection.configuration
        self.connection = connection
        self.pool = pool
    }

    deinit { pool.abandon(within: configuration.deadline) }

    /// Loads the module, finds the token and logs in: its PIN is tried once.
    ///
    /// Other programs that log in at the same moment can make a token in software fail for an instant, so what fails before
    /// the log-in is tried again; a log-in never is.
    package static func open(
        _ configuration: TokenConfiguration, logger: Logger = Logger(label: "countersign.signing")
    ) async throws(SigningError) -> Token {
        let connection = try await OSThread.run(name: "open-\(configuration.name)", limit: configuration.deadline * 3) {
            () throws(SigningError) in
            do throws(PKCS11Error) {
                return try TokenConnection(configuration)
            } catch {
                throw SessionFault(error).signingError(reachedSign: false)
            }
        }
        var logger = logger
        logger[metadataKey: "token"] = .string(configuration.name)
        let pool = try WorkerPool(
            name: configuration.name, workers: configuration.sessions, queueLimit: configuration.queueLimit,
            deadline: configuration.deadline, logger: logger,
            makeSession: { [logger] in TokenSession(connection, logger: logger) },
            atEnd: { connection.close() })
        return Token(connection, pool)
    }

    /// Finds a private key, checks its attributes, finds out how it signs, and has it make a test signature that verifies
    /// with the CA's public key.
    package func signer(for configuration: KeyConfiguration) async throws(SigningError) -> TokenSigner {
        guard configuration.algorithm.fits(configuration.publicKey) else {
            throw SigningError(
                .misconfigured, "\(configuration.algorithm) does not fit the key, which is \(configuration.publicKey)")
        }
        try await requireThisToken(configuration.uri)
        let index = keyCount.add(1, ordering: .relaxed).oldValue
        let key = TokenKey(index: index, configuration: configuration)
        _ = try await pool.perform(.prepare, key)
        guard let profile = key.profile else {
            throw SigningError(.misconfigured, "the key \(configuration.uri) was not tested")
        }
        return TokenSigner(token: self, key: key, profile: profile)
    }

    /// A key's URI may name its token too; then it has to be this one.
    private func requireThisToken(_ uri: URI) async throws(SigningError) {
        guard uri.namesToken else { return }
        let connection = connection
        let info = try await OSThread.run(name: "info", limit: configuration.deadline) { () throws(SigningError) in
            do throws(PKCS11Error) {
                return try connection.tokenInfo()
            } catch {
                throw SessionFault(error).signingError(reachedSign: false)
            }
        }
        guard uri.matches(info) else {
            throw SigningError(.misconfigured, "\(uri) names another token than \(configuration.name)")
        }
    }

    /// Takes no more requests, finishes those that wait, closes the sessions, and returns: at the latest after `limit`, by
    /// default the deadline of one request, whatever the token does. Called again, it waits for the first to end.
    ///
    /// - Returns: whether all sessions are closed; else a call into the module has been left behind.
    @discardableResult
    package func close(within limit: Duration? = nil) async -> Bool {
        await pool.close(within: limit ?? configuration.deadline)
    }

    /// How the token is, at this moment.
    package var status: TokenStatus {
        let condition = pool.condition
        return TokenStatus(
            name: configuration.name, unavailableBecause: condition.refusal?.reason,
            sessions: connection.sessionCount, lostSessions: condition.lostWorkers,
            queueDepth: condition.queueDepth)
    }

    func openScratchSession() throws(PKCS11Error) -> Session {
        try connection.openSession()
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
