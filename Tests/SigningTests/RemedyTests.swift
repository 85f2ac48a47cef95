import PKCS11
import Testing

@testable import Signing

@Suite("What to do about a return value")
struct RemedyTests {
    @Test(
        "The recovery ladder's rows",
        arguments: [
            (Remedy.anew, [.sessionHandleInvalid, .sessionClosed, .operationActive, .operationNotInitialized]),
            (.anew, [.objectHandleInvalid, .keyHandleInvalid, .userNotLoggedIn]),
            (
                .suspect,
                [
                    .deviceError, .generalError, .functionFailed, .functionCanceled, ReturnValue(rawValue: 0x8000_0001),
                    ReturnValue(rawValue: 0x7f),
                ]
            ),
            (.gone, [.cryptokiNotInitialized, .deviceRemoved, .tokenNotPresent, .tokenNotRecognized, .slotIdInvalid]),
            (.wait, [.hostMemory, .deviceMemory, .sessionCount]),
            (.pin, [.pinIncorrect, .pinInvalid, .pinLenRange, .pinLocked, .pinExpired]),
            (
                .giveUp,
                [
                    .mechanismInvalid, .mechanismParamInvalid, .keyTypeInconsistent, .keyFunctionNotPermitted,
                    .keySizeRange, .dataLenRange, .argumentsBad,
                ]
            ),
        ] as [(Remedy, [ReturnValue])])
    func ladder(_ remedy: Remedy, _ values: [ReturnValue]) {
        for value in values { #expect(Remedy(value) == remedy, "\(value)") }
    }

    @Test("What the caller hears, for each kind of fault")
    func errors() {
        func error(_ value: ReturnValue, signed: Bool) -> SigningError {
            SessionFault(.call(function: "C_Sign", value)).signingError(reachedSign: signed)
        }
        #expect(error(.deviceError, signed: true).kind == .unavailable)
        #expect(error(.deviceError, signed: true).outcome == .possiblySigned)
        #expect(error(.deviceError, signed: false).outcome == .notSigned)
        #expect(error(.deviceError, signed: true).isRetryable)
        #expect(error(.deviceError, signed: true).reason == "C_Sign returned CKR_DEVICE_ERROR (0x30)")
        #expect(error(.sessionClosed, signed: false).kind == .failed)
        #expect(error(.sessionCount, signed: false).kind == .exhausted)
        #expect(error(.pinLocked, signed: false).kind == .pin)
        #expect(!error(.pinLocked, signed: false).isRetryable)
        #expect(error(.mechanismInvalid, signed: false).kind == .misconfigured)
        #expect(!error(.mechanismInvalid, signed: false).isRetryable)
    }

    @Test("Durations in nanoseconds never trap")
    func nanoseconds() {
        #expect(Duration.milliseconds(1500).wholeNanoseconds == 1_500_000_000)
        #expect(Duration.nanoseconds(1).wholeNanoseconds == 1)
        #expect(Duration.seconds(-1).wholeNanoseconds == 0)
        #expect(Duration.zero.wholeNanoseconds == 0)
        #expect(Duration.seconds(Int64.max).wholeNanoseconds == UInt64(Int64.max))
    }
}
