import PKCS11
import PublicKeys
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

    @Test("A log-in that failed is not repeated at once, but for one whose session was stale: it may have been counted")
    func logIn() {
        for rawValue in [0x2, 0x5, 0x6, 0x7, 0x30, 0x31, 0x54, 0x103, 0x104, 0x8000_0001] as [UInt] {
            let fault = SessionFault(.call(function: "C_Login", ReturnValue(rawValue: rawValue)))
            #expect(fault.remedy == .gone)
            #expect(!fault.deservesAnotherTry(.ecdsa(.p256)) && !fault.locksKey(after: nil, .ecdsa(.p256)))
            #expect(fault.signingError(reachedSign: false).kind == .unavailable)
        }
        let stale = SessionFault(.call(function: "C_Login", .sessionHandleInvalid))
        #expect(stale.remedy == .anew)
        #expect(stale.signingError(reachedSign: false).kind == .unavailable)
        let refused = SessionFault(.call(function: "C_Login", .pinIncorrect))
        #expect(refused.remedy == .pin)
        #expect(refused.signingError(reachedSign: false).kind == .pin)
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

    private static let wrong = SessionFault(.invalidSignature("wrong"), reachedSign: true)
    private static let wrongCopy = SessionFault(.uncopyable("wrong", signedWrongly: true))
    private static let noCopy = SessionFault(.uncopyable("refused", signedWrongly: false))
    private static let broken = SessionFault(.call(function: "C_Sign", .deviceError), reachedSign: true)

    @Test(
        "A wrong signature is tried once more but for RSA, and locks the key when it comes again, for RSA at once",
        arguments: [SignatureFormat.ecdsa(.p256), .ed25519, .rsa(size: 256)])
    func wrongSignature(_ format: SignatureFormat) {
        let isRSA = if case .rsa = format { true } else { false }
        #expect(Self.wrong.deservesAnotherTry(format) == !isRSA)
        #expect(Self.wrong.locksKey(after: nil, format) == isRSA)
        #expect(Self.wrong.locksKey(after: Self.broken, format) == isRSA)
        #expect(Self.wrong.locksKey(after: Self.noCopy, format) == isRSA)
        #expect(Self.wrong.locksKey(after: Self.wrong, format))
        #expect(Self.wrong.locksKey(after: Self.wrongCopy, format))
        let error = Self.wrong.signingError(reachedSign: true)
        #expect(error.kind == .invalidSignature && error.outcome == .possiblySigned && !error.isRetryable)
    }

    @Test("A copy that signs wrongly is a wrong signature too; one that does not sign is replaced by the key itself")
    func wrongCopy() {
        for format in [SignatureFormat.ecdsa(.p256), .ed25519, .rsa(size: 256)] {
            let isRSA = if case .rsa = format { true } else { false }
            #expect(Self.wrongCopy.deservesAnotherTry(format) == !isRSA)
            #expect(Self.wrongCopy.locksKey(after: nil, format) == isRSA)
            #expect(Self.wrongCopy.locksKey(after: Self.broken, format) == isRSA)
            #expect(Self.wrongCopy.locksKey(after: Self.wrong, format))
            #expect(Self.noCopy.deservesAnotherTry(format))
            #expect(!Self.noCopy.locksKey(after: nil, format))
            #expect(!Self.noCopy.locksKey(after: Self.wrong, format))
            #expect(!Self.broken.locksKey(after: Self.wrong, format))
        }
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
