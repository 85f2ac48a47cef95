/// What a Cryptoki function returned: a `CK_RV`, known or not.
///
/// The names are those of PKCS #11 2.40, with what 3.0, 3.1 and 3.2 added after them.
package struct ReturnValue: RawRepresentable, Hashable, Sendable {
    package let rawValue: UInt

    package init(rawValue: UInt) {
        self.rawValue = rawValue
    }

    /// Codes from here on are the vendor's own, and mean what its manual says.
    package static let vendorDefined = ReturnValue(rawValue: 0x8000_0000)

    package var isVendorDefined: Bool { rawValue >= Self.vendorDefined.rawValue }

    /// `CKR_DEVICE_ERROR`; `nil` for a code that no version of the standard names.
    package var name: String? { Self.names[self] }
}

extension ReturnValue: CustomStringConvertible {
    /// `CKR_DEVICE_ERROR (0x30)`, `vendor code 0x80000012`, `unknown code 0x7f`.
    package var description: String {
        let code = "0x" + String(rawValue, radix: 16)
        if let name { return "\(name) (\(code))" }
        return isVendorDefined ? "vendor code \(code)" : "unknown code \(code)"
    }
}

extension ReturnValue {
    package static let ok = ReturnValue(rawValue: 0x00)
    package static let cancel = ReturnValue(rawValue: 0x01)
    package static let hostMemory = ReturnValue(rawValue: 0x02)
    package static let slotIdInvalid = ReturnValue(rawValue: 0x03)
    package static let generalError = ReturnValue(rawValue: 0x05)
    package static let functionFailed = ReturnValue(rawValue: 0x06)
    package static let argumentsBad = ReturnValue(rawValue: 0x07)
    package static let noEvent = ReturnValue(rawValue: 0x08)
    package static let needToCreateThreads = ReturnValue(rawValue: 0x09)
    package static let cantLock = ReturnValue(rawValue: 0x0a)
    package static let attributeReadOnly = ReturnValue(rawValue: 0x10)
    package static let attributeSensitive = ReturnValue(rawValue: 0x11)
    package static let attributeTypeInvalid = ReturnValue(rawValue: 0x12)
    package static let attributeValueInvalid = ReturnValue(rawValue: 0x13)
    package static let actionProhibited = ReturnValue(rawValue: 0x1b)
    package static let dataInvalid = ReturnValue(rawValue: 0x20)
    package static let dataLenRange = ReturnValue(rawValue: 0x21)
    package static let deviceError = ReturnValue(rawValue: 0x30)
    package static let deviceMemory = ReturnValue(rawValue: 0x31)
    package static let deviceRemoved = ReturnValue(rawValue: 0x32)
    package static let encryptedDataInvalid = ReturnValue(rawValue: 0x40)
    package static let encryptedDataLenRange = ReturnValue(rawValue: 0x41)
    package static let functionCanceled = ReturnValue(rawValue: 0x50)
    package static let functionNotParallel = ReturnValue(rawValue: 0x51)
    package static let functionNotSupported = ReturnValue(rawValue: 0x54)
    package static let keyHandleInvalid = ReturnValue(rawValue: 0x60)
    package static let keySizeRange = ReturnValue(rawValue: 0x62)
    package static let keyTypeInconsistent = ReturnValue(rawValue: 0x63)
    package static let keyNotNeeded = ReturnValue(rawValue: 0x64)
    package static let keyChanged = ReturnValue(rawValue: 0x65)
    package static let keyNeeded = ReturnValue(rawValue: 0x66)
    package static let keyIndigestible = ReturnValue(rawValue: 0x67)
    package static let keyFunctionNotPermitted = ReturnValue(rawValue: 0x68)
    package static let keyNotWrappable = ReturnValue(rawValue: 0x69)
    package static let keyUnextractable = ReturnValue(rawValue: 0x6a)
    package static let mechanismInvalid = ReturnValue(rawValue: 0x70)
    package static let mechanismParamInvalid = ReturnValue(rawValue: 0x71)
    package static let objectHandleInvalid = ReturnValue(rawValue: 0x82)
    package static let operationActive = ReturnValue(rawValue: 0x90)
    package static let operationNotInitialized = ReturnValue(rawValue: 0x91)
    package static let pinIncorrect = ReturnValue(rawValue: 0xa0)
    package static let pinInvalid = ReturnValue(rawValue: 0xa1)
    package static let pinLenRange = ReturnValue(rawValue: 0xa2)
    package static let pinExpired = ReturnValue(rawValue: 0xa3)
    package static let pinLocked = ReturnValue(rawValue: 0xa4)
    package static let sessionClosed = ReturnValue(rawValue: 0xb0)
    package static let sessionCount = ReturnValue(rawValue: 0xb1)
    package static let sessionHandleInvalid = ReturnValue(rawValue: 0xb3)
    package static let sessionParallelNotSupported = ReturnValue(rawValue: 0xb4)
    package static let sessionReadOnly = ReturnValue(rawValue: 0xb5)
    package static let sessionExists = ReturnValue(rawValue: 0xb6)
    package static let sessionReadOnlyExists = ReturnValue(rawValue: 0xb7)
    package static let sessionReadWriteSOExists = ReturnValue(rawValue: 0xb8)
    package static let signatureInvalid = ReturnValue(rawValue: 0xc0)
    package static let signatureLenRange = ReturnValue(rawValue: 0xc1)
    package static let templateIncomplete = ReturnValue(rawValue: 0xd0)
    package static let templateInconsistent = ReturnValue(rawValue: 0xd1)
    package static let tokenNotPresent = ReturnValue(rawValue: 0xe0)
    package static let tokenNotRecognized = ReturnValue(rawValue: 0xe1)
    package static let tokenWriteProtected = ReturnValue(rawValue: 0xe2)
    package static let unwrappingKeyHandleInvalid = ReturnValue(rawValue: 0xf0)
    package static let unwrappingKeySizeRange = ReturnValue(rawValue: 0xf1)
    package static let unwrappingKeyTypeInconsistent = ReturnValue(rawValue: 0xf2)
    package static let userAlreadyLoggedIn = ReturnValue(rawValue: 0x100)
    package static let userNotLoggedIn = ReturnValue(rawValue: 0x101)
    package static let userPINNotInitialized = ReturnValue(rawValue: 0x102)
    package static let userTypeInvalid = ReturnValue(rawValue: 0x103)
    package static let userAnotherAlreadyLoggedIn = ReturnValue(rawValue: 0x104)
    package static let userTooManyTypes = ReturnValue(rawValue: 0x105)
    package static let wrappedKeyInvalid = ReturnValue(rawValue: 0x110)
    package static let wrappedKeyLenRange = ReturnValue(rawValue: 0x112)
    package static let wrappingKeyHandleInvalid = ReturnValue(rawValue: 0x113)
    package static let wrappingKeySizeRange = ReturnValue(rawValue: 0x114)
    package static let wrappingKeyTypeInconsistent = ReturnValue(rawValue: 0x115)
    package static let randomSeedNotSupported = ReturnValue(rawValue: 0x120)
    package static let randomNoRNG = ReturnValue(rawValue: 0x121)
    package static let domainParamsInvalid = ReturnValue(rawValue: 0x130)
    package static let curveNotSupported = ReturnValue(rawValue: 0x140)
    package static let bufferTooSmall = ReturnValue(rawValue: 0x150)
    package static let savedStateInvalid = ReturnValue(rawValue: 0x160)
    package static let informationSensitive = ReturnValue(rawValue: 0x170)
    package static let stateUnsaveable = ReturnValue(rawValue: 0x180)
    package static let cryptokiNotInitialized = ReturnValue(rawValue: 0x190)
    package static let cryptokiAlreadyInitialized = ReturnValue(rawValue: 0x191)
    package static let mutexBad = ReturnValue(rawValue: 0x1a0)
    package static let mutexNotLocked = ReturnValue(rawValue: 0x1a1)
    package static let newPINMode = ReturnValue(rawValue: 0x1b0)
    package static let nextOTP = ReturnValue(rawValue: 0x1b1)
    package static let exceededMaxIterations = ReturnValue(rawValue: 0x1c0)
    package static let fipsSelfTestFailed = ReturnValue(rawValue: 0x1c1)
    package static let libraryLoadFailed = ReturnValue(rawValue: 0x1c2)
    package static let pinTooWeak = ReturnValue(rawValue: 0x1c3)
    package static let publicKeyInvalid = ReturnValue(rawValue: 0x1c4)
    package static let functionRejected = ReturnValue(rawValue: 0x200)

    // PKCS #11 3.0 to 3.2.
    package static let aeadDecryptFailed = ReturnValue(rawValue: 0x42)
    package static let tokenResourceExceeded = ReturnValue(rawValue: 0x201)
    package static let operationCancelFailed = ReturnValue(rawValue: 0x202)
    package static let keyExhausted = ReturnValue(rawValue: 0x203)
    package static let pending = ReturnValue(rawValue: 0x204)
    package static let sessionAsyncNotSupported = ReturnValue(rawValue: 0x205)
    package static let seedRandomRequired = ReturnValue(rawValue: 0x206)
    package static let operationNotValidated = ReturnValue(rawValue: 0x207)
    package static let tokenNotInitialized = ReturnValue(rawValue: 0x208)
    package static let parameterSetNotSupported = ReturnValue(rawValue: 0x209)
}
