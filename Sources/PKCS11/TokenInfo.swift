import CPKCS11

/// What a token says of itself (`CK_TOKEN_INFO`).
package struct TokenInfo: Hashable, Sendable {
    package let label: String
    package let manufacturer: String
    package let model: String
    package let serial: String
    package let flags: Flags

    /// The flags of `CK_TOKEN_INFO` that are of use here.
    package struct Flags: OptionSet, Hashable, Sendable {
        package let rawValue: UInt

        package init(rawValue: UInt) {
            self.rawValue = rawValue
        }

        package static let writeProtected = Flags(rawValue: 1 << 1)
        package static let loginRequired = Flags(rawValue: 1 << 2)
        package static let userPINInitialized = Flags(rawValue: 1 << 3)
        package static let protectedAuthenticationPath = Flags(rawValue: 1 << 8)
        package static let tokenInitialized = Flags(rawValue: 1 << 10)
        package static let userPINCountLow = Flags(rawValue: 1 << 16)
        package static let userPINFinalTry = Flags(rawValue: 1 << 17)
        package static let userPINLocked = Flags(rawValue: 1 << 18)
        package static let userPINToBeChanged = Flags(rawValue: 1 << 19)
        package static let soPINCountLow = Flags(rawValue: 1 << 20)
        package static let soPINFinalTry = Flags(rawValue: 1 << 21)
        package static let soPINLocked = Flags(rawValue: 1 << 22)
        package static let soPINToBeChanged = Flags(rawValue: 1 << 23)
    }

    package var isInitialized: Bool { flags.contains(.tokenInitialized) }

    package init(label: String, manufacturer: String, model: String, serial: String, flags: Flags) {
        self.label = label
        self.manufacturer = manufacturer
        self.model = model
        self.serial = serial
        self.flags = flags
    }

    init(_ info: ck_token_info) {
        self.init(
            label: paddedText(of: info.label), manufacturer: paddedText(of: info.manufacturer_id),
            model: paddedText(of: info.model), serial: paddedText(of: info.serial_number),
            flags: Flags(rawValue: info.flags))
    }
}

extension TokenInfo {
    /// Why the user's PIN must not be tried now: one more failure would lock the token, or has.
    ///
    /// - Parameter takingFinalTry: whether a person has decided that the last try may be taken.
    package func reasonNotToLogIn(takingFinalTry: Bool = false) -> String? {
        if flags.contains(.userPINLocked) {
            return "is locked in token \(label); its security officer has to set a new one"
        }
        if flags.contains(.userPINFinalTry), !takingFinalTry {
            return
                "has one try left in token \(label), which a wrong PIN would lock; make sure of the PIN and log in once with "
                + "countersign key list --final-try, which gives all tries back"
        }
        if flags.contains(.userPINToBeChanged) { return "of token \(label) has expired and must be changed first" }
        return nil
    }
}

/// A fixed-size field of Cryptoki, given as the tuple that C arrays are in Swift: UTF-8, padded with blanks at its end.
/// Some modules pad with NUL.
func paddedText<Field>(of field: Field) -> String {
    let octets = unsafe withUnsafeBytes(of: field) { unsafe Array($0) }
    let end = octets.lastIndex { $0 != 0x20 && $0 != 0 }.map { $0 + 1 } ?? 0
    return String(decoding: octets[..<end], as: UTF8.self)
}
