/// Why a step towards a token did not succeed.
package enum PKCS11Error: Error, Hashable, Sendable {
    /// The Cryptoki function `function` returned something other than `CKR_OK`.
    case call(function: String, ReturnValue)
    /// The module answered `CKR_OK` with something that the standard does not allow.
    case malformedAnswer(function: String, String)
    /// The library at `path` cannot be used as a PKCS #11 module.
    case module(path: String, String)
    /// Not a PKCS #11 URI (RFC 7512) that can be used here. Never repeats a value, which might be a PIN.
    case uri(String)
    /// No token fits, or more than one.
    case token(String)
    /// No object fits.
    case object(String)
    /// More than one object fits.
    case objects(String)
    /// The PIN cannot be read, or must not be tried now.
    case pin(String)
    /// An object's attributes are not those of a key that is known here.
    case key(String)
}

extension PKCS11Error {
    /// The code behind the error, where a Cryptoki function returned one.
    package var returnValue: ReturnValue? {
        if case .call(_, let value) = self { value } else { nil }
    }
}

extension ReturnValue {
    /// Whether it says that the PIN is wrong, or must not be tried now.
    package var isOfThePIN: Bool {
        switch self {
        case .pinIncorrect, .pinInvalid, .pinLenRange, .pinLocked, .pinExpired, .userPINNotInitialized: true
        default: false
        }
    }
}

extension PKCS11Error: CustomStringConvertible {
    package var description: String {
        switch self {
        case .call(let function, let value): "\(function) returned \(value)"
        case .malformedAnswer(let function, let why): "\(function) answered what PKCS #11 does not allow: \(why)"
        case .module(let path, let why): "the PKCS #11 module \(path) \(why)"
        case .uri(let why): "the PKCS #11 URI \(why)"
        case .token(let why), .object(let why), .objects(let why): why
        case .pin(let why): "the PIN \(why)"
        case .key(let why): "the key \(why)"
        }
    }
}
