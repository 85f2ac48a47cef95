import CPKCS11

/// A place in a module that may hold a token. Its identifier is good for this process only.
package struct Slot: Sendable {
    let functions: CryptokiFunctions
    let identifier: UInt

    /// What the token says of itself, now.
    package func tokenInfo() throws(PKCS11Error) -> TokenInfo {
        var info = ck_token_info()
        try unsafe functions.call("C_GetTokenInfo", functions.list.pointee.C_GetTokenInfo) { function in
            unsafe function(identifier, &info)
        }
        return TokenInfo(info)
    }

    func info() throws(PKCS11Error) -> SlotInfo {
        var info = ck_slot_info()
        try unsafe functions.call("C_GetSlotInfo", functions.list.pointee.C_GetSlotInfo) { function in
            unsafe function(identifier, &info)
        }
        return SlotInfo(
            description: paddedText(of: info.slot_description), manufacturer: paddedText(of: info.manufacturer_id))
    }

    /// Opens a session. A read-only one is enough to sign and to hold session objects.
    package func openSession(readWrite: Bool = false) throws(PKCS11Error) -> Session {
        var handle: ck_session_handle_t = 0
        let flags = ck_flags_t(CKF_SERIAL_SESSION) | (readWrite ? ck_flags_t(CKF_RW_SESSION) : 0)
        try unsafe functions.call("C_OpenSession", functions.list.pointee.C_OpenSession) { function in
            unsafe function(identifier, flags, nil, nil, &handle)
        }
        return Session(slot: self, handle: handle)
    }

    /// Closes every session that this process has with the token, whoever holds it, and so logs out.
    package func closeAllSessions() throws(PKCS11Error) {
        try unsafe functions.call("C_CloseAllSessions", functions.list.pointee.C_CloseAllSessions) { $0(identifier) }
    }

    /// Initialises the token: everything in it is lost.
    ///
    /// - Parameter label: at most 32 octets of UTF-8.
    package func initializeToken(label: String, soPIN: borrowing PIN) throws(PKCS11Error) {
        var padded = [UInt8](label.utf8)
        guard padded.count <= 32 else { throw .token("a token's label has at most 32 octets: \(label)") }
        padded += [UInt8](repeating: UInt8(ascii: " "), count: 32 - padded.count)
        try unsafe functions.call("C_InitToken", functions.list.pointee.C_InitToken) { function in
            unsafe soPIN.withOctets { pin, count in
                unsafe padded.withUnsafeMutableBufferPointer {
                    unsafe function(identifier, pin, count, $0.baseAddress)
                }
            }
        }
    }
}

/// The texts by which a URI may name a slot.
struct SlotInfo: Hashable, Sendable {
    let description: String
    let manufacturer: String
}
