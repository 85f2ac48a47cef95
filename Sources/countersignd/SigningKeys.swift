import Configuration
import Issuance
import Logging
import PublicKeys
import Signing
import TokenIsolation

/// The tokens of a configuration, opened once each, and the keys in them.
///
/// A token or a key that does not open is on record here and stops only the authorities that rest on it.
struct SigningKeys {
    private var tokens: [String: Result<OpenToken, SigningError>] = [:]
    let triesOn: Bool

    /// Finds every token, and logs in to each that is wanted: once, since a wrong PIN must not be tried again.
    ///
    /// - Parameters:
    ///   - logsInToAll: also to those that no authority uses.
    ///   - triesOn: whether a token or a key that does not open is tried again until it does.
    /// - Throws: `ConfigurationFailure` where two entries name one token; then no PIN was tried.
    init(
        _ configuration: ServiceConfiguration, logsInToAll: Bool = false, triesOn: Bool, _ logger: Logger
    ) async throws(ConfigurationFailure) {
        self.triesOn = triesOn
        let wantedNames = logsInToAll ? Set(configuration.tokens.map(\.name)) : configuration.usedTokens
        var found: [TokenPlan] = []
        var identities: [(name: String, identity: TokenIdentity)] = []
        var twins: [String] = []
        for token in configuration.tokens {
            do throws(SigningError) {
                let wanted = try Self.plan(token, configuration, logger)
                let identity = try await wanted.identity(logger)
                if let other = identities.first(where: { identity.isSameToken(as: $0.identity) }) {
                    twins.append(
                        "\(configuration.path): tokens: \(other.name) and \(token.name) are one and the same token")
                }
                identities.append((token.name, identity))
                if wantedNames.contains(token.name) { found.append(wanted) }
            } catch {
                guard wantedNames.contains(token.name) else {
                    logger.warning(
                        "a token that no authority uses was not found",
                        metadata: ["token": "\(token.name)", "cause": "\(error)"])
                    continue
                }
                guard triesOn, error.isRetryable else {
                    refuse(token.name, error, logger)
                    continue
                }
                if let wanted = try? Self.plan(token, configuration, logger) { found.append(wanted) }
            }
        }
        guard twins.isEmpty else { throw ConfigurationFailure(twins.joined(separator: "\n")) }
        for token in found {
            do throws(SigningError) {
                try await open(token, logger)
            } catch {
                refuse(token.configuration.name, error, logger)
            }
        }
    }

    private static func plan(
        _ token: ServiceConfiguration.Token, _ configuration: ServiceConfiguration, _ logger: Logger
    ) throws(SigningError) -> TokenPlan {
        TokenPlan(
            configuration: try token.signingConfiguration(latches: configuration.latchFolder),
            host: token.isolation == .process
                ? .thisProgram(arguments: [token.name, logger.logLevel.rawValue]) : nil)
    }

    private mutating func open(_ token: TokenPlan, _ logger: Logger) async throws(SigningError) {
        let name = token.configuration.name
        let (opened, fault) = try await OpenToken.open(token, triesOn: triesOn, logger)
        tokens[name] = .success(opened)
        guard let fault else { return }
        logger.error("a token did not open, and is tried on", metadata: ["token": "\(name)", "cause": "\(fault)"])
    }

    /// - Throws: why it did not open.
    func token(_ name: String) throws(SigningError) -> OpenToken {
        guard let token = tokens[name] else { throw SigningError(.misconfigured, "there is no token \(name)") }
        return try token.get()
    }

    private mutating func refuse(_ token: String, _ error: SigningError, _ logger: Logger) {
        logger.error("a token did not open", metadata: ["token": "\(token)", "cause": "\(error)"])
        tokens[token] = .failure(error)
    }

    /// Why a token that was wanted is not open; `nil` where it is.
    func fault(of token: String) -> SigningError? {
        if case .failure(let error) = tokens[token] { error } else { nil }
    }

    /// The signer of an authority's key, in each token that the key lies in bound to the public key in the certificate and tried by a
    /// test signature; or one that says at each call why there is none.
    func signer(for authority: ServiceConfiguration.Authority, of issuer: Issuer, _ logger: Logger) async -> any Signer
    {
        let first = await signer(for: authority, at: authority.keys[0], of: issuer, logger)
        guard !authority.replicas.isEmpty else { return first }
        var replicas = [ReplicatedSigner.Replica(tokenName: authority.tokenName, signer: first)]
        for place in authority.replicas {
            replicas.append(
                ReplicatedSigner.Replica(
                    tokenName: place.tokenName, signer: await signer(for: authority, at: place, of: issuer, logger)))
        }
        return ReplicatedSigner(replicas) ?? first
    }

    private func signer(
        for authority: ServiceConfiguration.Authority, at place: ServiceConfiguration.KeyPlace, of issuer: Issuer,
        _ logger: Logger
    ) async -> any Signer {
        var logger = logger
        logger[metadataKey: "token"] = "\(place.tokenName)"
        do throws(SigningError) {
            let token = try token(place.tokenName)
            let key = KeyConfiguration(
                uri: try place.privateKeyURI(), publicKey: issuer.certificate.publicKey,
                algorithm: issuer.signatureAlgorithm, requireGeneratedInToken: authority.requireGeneratedInToken)
            let (signer, fault) = try await token.signer(for: key, triesOn: triesOn)
            if let fault {
                logger.error(
                    "an authority cannot sign yet", metadata: ["authority": "\(authority.id)", "cause": "\(fault)"])
            }
            return signer
        } catch {
            logger.error("an authority cannot sign", metadata: ["authority": "\(authority.id)", "cause": "\(error)"])
            return UnavailableSigner(
                publicKey: issuer.certificate.publicKey, algorithm: issuer.signatureAlgorithm, because: error)
        }
    }

    /// Lets go of all sessions of all tokens side by side, at the latest after `limit`. Called again, it waits for the first
    /// to end.
    ///
    /// - Returns: the tokens with a call that hangs in their module, and is left behind.
    @discardableResult
    func close(within limit: Duration) async -> [String] {
        await withTaskGroup(of: String?.self) { group in
            for case (let name, .success(let token)) in tokens {
                group.addTask { await token.close(within: limit) ? nil : name }
            }
            return await group.reduce(into: []) { if let name = $1 { $0.append(name) } }.sorted()
        }
    }
}
