import Configuration
import Issuance
import Logging
import PublicKeys
import Signing

/// The tokens of a configuration, opened once each, and the keys in them.
///
/// A token or a key that does not open is on record here and stops only the authorities that rest on it.
struct SigningKeys {
    private var tokens: [String: Result<Token, SigningError>] = [:]

    /// Logs in to each token that an authority uses: once, since a wrong PIN must not be tried again.
    init(_ configuration: ServiceConfiguration, _ logger: Logger) async {
        let used = Set(configuration.authorities.map(\.tokenName))
        for token in configuration.tokens where used.contains(token.name) {
            let result = await Self.open(token, logger)
            if case .failure(let error) = result {
                logger.error("a token did not open", metadata: ["token": "\(token.name)", "cause": "\(error)"])
            }
            tokens[token.name] = result
        }
    }

    private static func open(
        _ token: ServiceConfiguration.Token, _ logger: Logger
    ) async -> Result<Token, SigningError> {
        do throws(SigningError) {
            return .success(try await Token.open(token.signingConfiguration(), logger: logger))
        } catch {
            return .failure(error)
        }
    }

    /// The signer of an authority's key, bound to the public key in its certificate and tried by a test signature; or one that
    /// says at each call why there is none.
    func signer(for authority: ServiceConfiguration.Authority, of issuer: Issuer, _ logger: Logger) async -> any Signer
    {
        do throws(SigningError) {
            guard let token = tokens[authority.tokenName] else {
                throw SigningError(.misconfigured, "there is no token \(authority.tokenName)")
            }
            return try await token.get().signer(
                for: KeyConfiguration(
                    uri: try authority.privateKeyURI(), publicKey: issuer.certificate.publicKey,
                    algorithm: issuer.signatureAlgorithm))
        } catch {
            logger.error("an authority cannot sign", metadata: ["authority": "\(authority.id)", "cause": "\(error)"])
            return UnavailableSigner(
                publicKey: issuer.certificate.publicKey, algorithm: issuer.signatureAlgorithm, because: error)
        }
    }

    /// Lets go of all sessions; a call that hangs in a module is not waited for.
    func close() async {
        for case .success(let token) in tokens.values { await token.close() }
    }
}
