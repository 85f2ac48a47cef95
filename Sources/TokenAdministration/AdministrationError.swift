package import PKCS11

/// Why something was not done to a token, with what to do next. Nothing was changed unless it says so.
package enum AdministrationError: Error, Hashable, Sendable {
    /// The token, or the module, did not do a step.
    case token(PKCS11Error, during: String)
    /// A key of that label, or with that id, is there already.
    case keyExists(String)
    /// More than one key fits, or none.
    case noSuchKey(String)
    /// The token has keys or objects in it that would be lost.
    case tokenInUse(String)
    /// The key was made and does not work; it was taken out again, or has to be.
    case keyUnfit(String)
    /// What was asked for names nothing that can be made.
    case request(String)
}

extension AdministrationError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .token(let error, let step): "\(step): \(error)\(Self.advice(error).map { "; \($0)" } ?? "")"
        case .keyExists(let why), .noSuchKey(let why), .tokenInUse(let why), .keyUnfit(let why), .request(let why): why
        }
    }

    /// What an operator does about it.
    private static func advice(_ error: PKCS11Error) -> String? {
        switch error.returnValue {
        case .pinIncorrect, .pinInvalid, .pinLenRange:
            "the PIN was tried once, and several wrong ones lock the token: look at where it comes from before the next try"
        case .pinLocked: "too many wrong PINs were tried: the token's security officer has to set a new one"
        case .pinExpired: "the token wants another PIN first: change it with the token's own tool"
        case .userPINNotInitialized: "the token has no user PIN yet: its security officer has to set one"
        case .tokenWriteProtected, .sessionReadOnly: "the token takes no changes: take its write protection away"
        case .deviceMemory: "the token has no room for another object"
        case .mechanismInvalid, .functionNotSupported, .keySizeRange, .curveNotSupported, .templateInconsistent:
            "the token does not do that: countersign token doctor tells what it does"
        default: nil
        }
    }
}

/// Runs a step and names it in what it throws.
func step<Result: ~Copyable>(
    _ name: String, _ body: () throws(PKCS11Error) -> Result
) throws(AdministrationError) -> Result {
    do { return try body() } catch { throw .token(error, during: name) }
}
