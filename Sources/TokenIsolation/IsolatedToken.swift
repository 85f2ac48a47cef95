package import Logging
import PublicKeys
package import Signing

/// A token whose module runs in a process of its own: one that crashes or hangs is ended and started again, and the daemon goes on.
package final class IsolatedToken: Sendable {
    package let configuration: TokenConfiguration
    let keeper: HostKeeper
    private let keeping: Task<Void, Never>

    private init(_ configuration: TokenConfiguration, _ keeper: HostKeeper) {
        self.configuration = configuration
        self.keeper = keeper
        keeping = Task { await keeper.run() }
    }

    deinit {
        keeping.cancel()
        keeper.abandon()
    }

    /// Which token it is, found by a host that is gone then, and does not log in.
    package static func identity(
        _ configuration: TokenConfiguration, host: HostProgram,
        logger: Logger = Logger(label: "countersign.isolation")
    ) async throws(SigningError) -> TokenIdentity {
        let description = try TokenDescription(configuration, triesOn: false)
        let token = IsolatedToken(configuration, HostKeeper(description, host, logger: logger))
        do throws(SigningError) {
            try token.keeper.start()
            let octets = try await token.keeper.perform(within: token.keeper.openingTime) { .identify($0, description) }
            await token.close(within: configuration.deadline)
            return try token.keeper.understood(octets)
        } catch {
            await token.close(within: .zero)
            throw error
        }
    }

    /// Has a host log in: the PIN is tried once.
    ///
    /// - Parameter triesOn: whether a token that does not open now is tried again until it does.
    /// - Returns: the token, and why it did not open.
    package static func open(
        _ configuration: TokenConfiguration, host: HostProgram, triesOn: Bool,
        logger: Logger = Logger(label: "countersign.isolation")
    ) async throws(SigningError) -> (token: IsolatedToken, fault: SigningError?) {
        var logger = logger
        logger[metadataKey: "token"] = "\(configuration.name)"
        let keeper = HostKeeper(try TokenDescription(configuration, triesOn: triesOn), host, logger: logger)
        let token = IsolatedToken(configuration, keeper)
        do throws(SigningError) {
            try keeper.start()
            return (token, try await keeper.open())
        } catch {
            guard triesOn, error.isRetryable else {
                await token.close(within: .zero)
                throw error
            }
            return (token, error)
        }
    }

    /// Has a key made ready, and make a test signature; where it does not sign now, that is tried again until it does.
    ///
    /// - Returns: the signer, and why it does not sign.
    package func signer(
        for configuration: KeyConfiguration
    ) async throws(SigningError) -> (signer: any Signer, fault: SigningError?) {
        guard configuration.algorithm.fits(configuration.publicKey) else {
            throw SigningError(
                .misconfigured, "\(configuration.algorithm) does not fit the key, which is \(configuration.publicKey)")
        }
        let key = keeper.add(configuration)
        let signer = IsolatedSigner(token: self, key: key)
        do throws(SigningError) {
            return (signer, try await keeper.prepare(key))
        } catch {
            guard error.isRetryable else {
                keeper.remove(key)
                throw error
            }
            keeper.noteUnprepared(error)
            return (signer, error)
        }
    }

    /// Takes no more requests, has the host finish those that it has and let go of its token, and returns when it is gone: at the
    /// latest after `limit`, when it is ended by force.
    ///
    /// - Returns: whether it is gone.
    @discardableResult
    package func close(within limit: Duration) async -> Bool {
        keeping.cancel()
        return await keeper.close(within: limit)
    }
}
