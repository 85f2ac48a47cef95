import CPKCS11

/// A session with a token. It moves from owner to owner and is never shared: a session does one thing at a time.
package struct Session: ~Copyable {
    package let slot: Slot
    let handle: UInt

    init(slot: Slot, handle: UInt) {
        self.slot = slot
        self.handle = handle
    }

    var functions: CryptokiFunctions { slot.functions }

    /// Closes the session, and with it the session objects that it made. The last one of a token to go logs out.
    package consuming func close() throws(PKCS11Error) {
        let (functions, handle) = (functions, handle)
        discard self
        try unsafe functions.call("C_CloseSession", functions.list.pointee.C_CloseSession) { $0(handle) }
    }

    deinit {
        // Nobody is left to hear of a failure; `close` is for those who are.
        try? unsafe functions.call("C_CloseSession", functions.list.pointee.C_CloseSession) { $0(handle) }
    }
}

extension Session {
    package enum User: Sendable {
        /// `CKU_SO`: initialises tokens and PINs.
        case securityOfficer
        /// `CKU_USER`: uses keys.
        case user
        /// `CKU_CONTEXT_SPECIFIC`: confirms one operation of a key that asks for it (`CKA_ALWAYS_AUTHENTICATE`).
        case contextSpecific

        fileprivate var type: UInt {
            switch self {
            case .securityOfficer: 0
            case .user: 1
            case .contextSpecific: 2
            }
        }
    }

    /// Logs this process in to the token: one log-in holds for all of its sessions.
    ///
    /// `CKR_USER_ALREADY_LOGGED_IN` is success. The user's PIN is not tried at all where the token says that it is locked, to
    /// be changed, or at its final try.
    ///
    /// - Parameter takingFinalTry: whether a person has decided that the last try may be taken.
    package func logIn(
        _ user: User = .user, pin: borrowing PIN, takingFinalTry: Bool = false
    ) throws(PKCS11Error) {
        switch user {
        case .securityOfficer: break
        case .user, .contextSpecific:
            if let reason = try slot.tokenInfo().reasonNotToLogIn(takingFinalTry: takingFinalTry) { throw .pin(reason) }
        }
        let value = try unsafe functions.outcome("C_Login", functions.list.pointee.C_Login) { function in
            unsafe pin.withOctets { unsafe function(handle, user.type, $0, $1) }
        }
        guard value == .ok || value == .userAlreadyLoggedIn else { throw .call(function: "C_Login", value) }
    }

    /// Logs the whole process out: not for use while other sessions of this token work.
    package func logOut() throws(PKCS11Error) {
        try unsafe functions.call("C_Logout", functions.list.pointee.C_Logout) { $0(handle) }
    }

    /// Whether the user is logged in, as this session sees it.
    package func isLoggedIn() throws(PKCS11Error) -> Bool {
        var info = ck_session_info()
        try unsafe functions.call("C_GetSessionInfo", functions.list.pointee.C_GetSessionInfo) { function in
            unsafe function(handle, &info)
        }
        return info.state == CKS_RO_USER_FUNCTIONS || info.state == CKS_RW_USER_FUNCTIONS
    }

    /// Sets the user's PIN of a fresh token; the security officer has to be logged in.
    package func initializePIN(_ pin: borrowing PIN) throws(PKCS11Error) {
        try unsafe functions.call("C_InitPIN", functions.list.pointee.C_InitPIN) { function in
            unsafe pin.withOctets { unsafe function(handle, $0, $1) }
        }
    }
}
