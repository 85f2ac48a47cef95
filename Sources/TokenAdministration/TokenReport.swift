package import PKCS11

/// A token as an operator wants to see it.
package struct TokenReport: Hashable, Sendable {
    /// The module's path, symbolic links resolved.
    package let module: String
    package let info: TokenInfo
    /// What it advertises; `nil` where it does not tell.
    package let mechanisms: [MechanismInfo]?

    /// Every token of a module, initialised or not. One that cannot be read is left out: it may have been pulled out in that moment.
    ///
    /// - Throws: `AdministrationError.token` where the module cannot be used.
    package static func all(of module: Module) throws(AdministrationError) -> [TokenReport] {
        try step("listing the slots of \(module.path)") { () throws(PKCS11Error) in try module.slotsWithTokens() }
            .compactMap { try? TokenReport($0, of: module) }
    }

    /// - Throws: `AdministrationError.token`.
    package init(_ slot: Slot, of module: Module) throws(AdministrationError) {
        self.module = module.path
        info = try step("reading the token") { () throws(PKCS11Error) in try slot.tokenInfo() }
        mechanisms = try? slot.mechanisms()
    }

    /// How things stand with the user's PIN.
    package enum PINState: String, Hashable, Sendable {
        case notSet = "not set"
        case set
        /// A wrong one was tried.
        case countLow = "wrong ones were tried"
        case finalTry = "one try left"
        case locked
        case toBeChanged = "to be changed"
    }

    package var userPIN: PINState {
        state(
            locked: .userPINLocked, finalTry: .userPINFinalTry, countLow: .userPINCountLow,
            toBeChanged: .userPINToBeChanged, isSet: info.flags.contains(.userPINInitialized))
    }

    package var securityOfficerPIN: PINState {
        state(
            locked: .soPINLocked, finalTry: .soPINFinalTry, countLow: .soPINCountLow, toBeChanged: .soPINToBeChanged,
            isSet: info.isInitialized)
    }

    private func state(
        locked: TokenInfo.Flags, finalTry: TokenInfo.Flags, countLow: TokenInfo.Flags, toBeChanged: TokenInfo.Flags,
        isSet: Bool
    ) -> PINState {
        // The gravest first: a token may show several.
        if info.flags.contains(locked) { return .locked }
        if info.flags.contains(finalTry) { return .finalTry }
        if info.flags.contains(countLow) { return .countLow }
        if info.flags.contains(toBeChanged) { return .toBeChanged }
        return isSet ? .set : .notSet
    }
}
