package import PKCS11

/// Makes a token ready for keys: a label, the security officer's PIN, the user's PIN.
package enum TokenInitialization {
    /// Which slot.
    package enum Choice: Hashable, Sendable {
        /// One whose token nobody has initialised.
        case blank
        /// The token of that serial, initialised or not: all that is in it is lost.
        case erasing(serial: String)
    }

    /// - Parameters:
    ///   - label: at most 32 octets of UTF-8, of no other token of the module.
    ///   - securityOfficerPIN: of a token that is initialised already, the one that it has.
    ///   - takingFinalTry: whether that one is tried also where the next wrong one would lock the token for good.
    /// - Returns: what the token says of itself afterwards.
    /// - Throws: `AdministrationError`.
    package static func run(
        in module: Module, _ choice: Choice, label: String, securityOfficerPIN: borrowing PIN,
        userPIN: borrowing PIN, takingFinalTry: Bool = false
    ) throws(AdministrationError) -> TokenInfo {
        try check(label: label)
        let slots = try step("listing the slots") { () throws(PKCS11Error) in
            try module.slotsWithTokens().map { slot throws(PKCS11Error) in (slot, try slot.tokenInfo()) }
        }
        let (slot, present) = try slot(of: slots, choice)
        if present.isInitialized { try requireTry(present, takingFinalTry) }
        guard !slots.contains(where: { $0.1.isInitialized && $0.1.label == label && !isErased($0.1, choice) }) else {
            throw .request(
                "a token of the label \(label) is there already: give another label, so that its URI names one token")
        }
        try step("initialising the token") { () throws(PKCS11Error) in
            try slot.initializeToken(label: label, soPIN: securityOfficerPIN)
        }
        try set(userPIN, of: slot, securityOfficerPIN)
        return try step("reading the token back") { () throws(PKCS11Error) in try slot.tokenInfo() }
    }

    /// A security officer's PIN that is locked nobody sets anew.
    private static func requireTry(_ info: TokenInfo, _ takingFinalTry: Bool) throws(AdministrationError) {
        guard !info.flags.contains(.soPINLocked) else {
            throw .token(
                .pin(
                    "of the security officer is locked in token \(info.label): only its maker can make it usable again"),
                during: "initialising the token")
        }
        guard takingFinalTry || !info.flags.contains(.soPINFinalTry) else {
            throw .token(
                .pin(
                    "of the security officer has one try left in token \(info.label), and a wrong one locks it for good: make sure of it, and "
                        + "give --final-try"), during: "initialising the token")
        }
    }

    private static func set(
        _ userPIN: borrowing PIN, of slot: Slot, _ securityOfficerPIN: borrowing PIN
    ) throws(AdministrationError) {
        let session = try step("opening a session") { () throws(PKCS11Error) -> Session in
            try slot.openSession(readWrite: true)
        }
        do throws(PKCS11Error) {
            try session.logIn(.securityOfficer, pin: securityOfficerPIN)
            try session.initializePIN(userPIN)
            try session.logOut()
            // What was set is what logs in.
            try session.logIn(.user, pin: userPIN)
            try session.logOut()
        } catch {
            let serial = (try? slot.tokenInfo().serial) ?? "SERIAL"
            throw .token(
                error,
                during:
                    "setting the user's PIN of the token, which is initialised by now and has to be once more, with --erase \(serial)"
            )
        }
    }

    private static func check(label: String) throws(AdministrationError) {
        guard !label.isEmpty, label.utf8.count <= 32, label.utf8.first != 0x20, label.utf8.last != 0x20,
            !label.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7f })
        else {
            throw .request(
                "a token's label has 1 to 32 octets of UTF-8, no control characters and no blank at its ends")
        }
    }

    private static func isErased(_ info: TokenInfo, _ choice: Choice) -> Bool {
        if case .erasing(let serial) = choice { serial == info.serial } else { false }
    }

    private static func slot(
        of slots: [(Slot, TokenInfo)], _ choice: Choice
    ) throws(AdministrationError) -> (Slot, TokenInfo) {
        switch choice {
        case .blank:
            guard let blank = slots.first(where: { !$0.1.isInitialized }) else {
                throw .tokenInUse(
                    "every token of the module is initialised, and initialising one again destroys all that is in it: name the one that may "
                        + "be destroyed with --erase SERIAL (countersign token list shows them)")
            }
            return blank
        case .erasing(let serial):
            let fitting = slots.filter { $0.1.serial == serial }
            guard let found = fitting.first, fitting.count == 1 else {
                throw .request("\(fitting.count) tokens of the module have the serial \(serial)")
            }
            return found
        }
    }
}
