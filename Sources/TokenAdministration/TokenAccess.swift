package import PKCS11

/// A token that the user is logged in to, with a session that may change it.
package struct TokenAccess: ~Copyable {
    package let info: TokenInfo
    let slot: Slot
    let session: Session

    /// Tries the PIN once, and not at all where the token says that the next wrong one would lock it.
    ///
    /// - Parameter takingFinalTry: even then.
    /// - Throws: `AdministrationError.token`.
    package init(_ slot: Slot, pin: borrowing PIN, takingFinalTry: Bool = false) throws(AdministrationError) {
        let info = try step("reading the token") { () throws(PKCS11Error) in try slot.tokenInfo() }
        let session = try step("opening a session with token \(info.label)") { () throws(PKCS11Error) -> Session in
            try slot.openSession(readWrite: true)
        }
        do throws(PKCS11Error) { try session.logIn(pin: pin, takingFinalTry: takingFinalTry) } catch {
            throw .token(error, during: "logging in to token \(info.label)")
        }
        self.slot = slot
        self.info = info
        self.session = session
    }

    /// Logs out and closes the session. What this process does with the token besides is at an end, too.
    package consuming func close() throws(AdministrationError) {
        try step("logging out") { () throws(PKCS11Error) in try session.logOut() }
    }
}
