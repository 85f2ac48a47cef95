import Logging
import Signing
import TokenIsolation

/// A token, with its module in this process or in one of its own.
enum OpenToken: Sendable {
    case here(Token)
    case apart(IsolatedToken)

    /// - Parameter triesOn: whether a token that does not open now is tried again until it does.
    /// - Returns: the token, and why it did not open.
    static func open(
        _ token: TokenPlan, triesOn: Bool, _ logger: Logger
    ) async throws(SigningError) -> (token: OpenToken, fault: SigningError?) {
        if let host = token.host {
            let (opened, fault) = try await IsolatedToken.open(
                token.configuration, host: host, triesOn: triesOn, logger: logger)
            return (.apart(opened), fault)
        }
        guard triesOn else { return (.here(try await Token.open(token.configuration, logger: logger)), nil) }
        let (opened, fault) = try await Token.keep(token.configuration, logger: logger)
        return (.here(opened), fault)
    }

    /// - Parameter triesOn: whether a key that does not sign now is tried again until it does; else that is an error.
    /// - Returns: the signer, and why it does not sign.
    func signer(
        for key: KeyConfiguration, triesOn: Bool
    ) async throws(SigningError) -> (signer: any Signer, fault: SigningError?) {
        switch self {
        case .here(let token):
            guard triesOn else { return (try await token.signer(for: key), nil) }
            return try await token.keptSigner(for: key)
        case .apart(let token):
            let (signer, fault) = try await token.signer(for: key)
            if let fault, !triesOn { throw fault }
            return (signer, fault)
        }
    }

    /// - Returns: whether it has let go; else a call into its module has been left behind.
    func close(within limit: Duration) async -> Bool {
        switch self {
        case .here(let token): await token.close(within: limit)
        case .apart(let token): await token.close(within: limit)
        }
    }
}

/// A token that is to be opened, and in which process.
struct TokenPlan {
    let configuration: TokenConfiguration
    /// `nil`: in this one.
    let host: HostProgram?

    func identity(_ logger: Logger) async throws(SigningError) -> TokenIdentity {
        guard let host else { return try await TokenIdentity(of: configuration) }
        return try await IsolatedToken.identity(configuration, host: host, logger: logger)
    }
}
