import PKCS11

extension PKCS11Error {
    /// The error, and where it is about the PIN what its operator has to do, since nothing tries it again.
    var advised: String {
        guard let advice else { return description }
        return "\(description): \(advice)"
    }

    private var advice: String? {
        switch returnValue {
        case .pinIncorrect, .pinInvalid, .pinLenRange:
            "the PIN was tried once, and wrong ones lock the token: mend where it comes from, then: countersign token unlatch"
        case .pinLocked:
            "the token took too many wrong PINs: its security officer has to set a new one, then: countersign token unlatch"
        case .pinExpired:
            "the token wants another PIN: change it with the token's own tool, then: countersign token unlatch"
        case .userPINNotInitialized:
            "the token has no user PIN: its security officer has to set one, then: countersign token unlatch"
        default: nil
        }
    }
}
