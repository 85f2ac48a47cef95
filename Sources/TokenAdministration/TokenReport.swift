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
        let flags = info.flags
        if flags.contains(.userPINLocked) { return .locked }
        if flags.contains(.userPINFinalTry) { return .finalTry }
        if flags.contains(.userPINCountLow) { return .countLow }
        if flags.contains(.userPINToBeChanged) { return .toBeChanged }
        return flags.contains(.userPINInitialized) ? .set : .notSet
    }

    package var securityOfficerPIN: PINState {
        let flags = info.flags
        if flags.contains(.soPINLocked) { return .locked }
        if flags.contains(.soPINFinalTry) { return .finalTry }
        if flags.contains(.soPINCountLow) { return .countLow }
        if flags.contains(.soPINToBeChanged) { return .toBeChanged }
        return info.isInitialized ? .set : .notSet
    }
}
