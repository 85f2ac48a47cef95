import PKCS11

/// What to do about a return value: the rungs of the recovery ladder.
enum Remedy: Hashable, Sendable {
    /// The session, the key's handle or the log-in has gone stale: all three anew, once more.
    case anew
    /// The token stumbled: once more in a new session, and if that fails too it counts as gone.
    case suspect
    /// The token is gone: nothing works until it is back.
    case gone
    /// The token has no room for another session or object now.
    case wait
    /// The PIN must not be tried again.
    case pin
    /// Nothing that is tried again will help.
    case giveUp

    init(_ value: ReturnValue) {
        self =
            switch value {
            case .sessionHandleInvalid, .sessionClosed, .operationActive, .operationNotInitialized,
                .objectHandleInvalid, .keyHandleInvalid, .userNotLoggedIn:
                .anew
            case .cryptokiNotInitialized, .deviceRemoved, .tokenNotPresent, .tokenNotRecognized, .slotIdInvalid,
                .tokenNotInitialized:
                .gone
            case .hostMemory, .deviceMemory, .sessionCount, .tokenResourceExceeded: .wait
            case let value where value.isOfThePIN: .pin
            case .mechanismInvalid, .mechanismParamInvalid, .keyTypeInconsistent, .keyFunctionNotPermitted,
                .keySizeRange, .dataLenRange, .dataInvalid, .argumentsBad, .functionNotSupported, .actionProhibited,
                .curveNotSupported, .domainParamsInvalid, .keyExhausted:
                .giveUp
            default: .suspect
            }
    }

    /// Whatever a log-in failed for, the PIN may have been counted as tried: only where its session was stale is there another
    /// try at once, and the token counts as gone after that.
    private init(ofLogIn value: ReturnValue) {
        self =
            switch Remedy(value) {
            case .anew: .anew
            case .pin: .pin
            case .suspect, .gone, .wait, .giveUp: .gone
            }
    }

    init(_ error: PKCS11Error) {
        self =
            switch error {
            case .call("C_Login", let value): Remedy(ofLogIn: value)
            case .call(_, let value): Remedy(value)
            case .malformedAnswer: .suspect
            case .token: .gone
            case .pin: .pin
            case .module, .uri, .object, .objects, .key: .giveUp
            }
    }
}
