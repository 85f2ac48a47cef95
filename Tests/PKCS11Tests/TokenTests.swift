import TestSupport
import Testing

@testable import PKCS11

@Suite("Slots and tokens")
struct TokenTests {
    @Test("A token is found by label and serial")
    func find() throws {
        let token = try SoftHSMToken()
        let slot = try token.softHSM.module.slot(matching: token.uri)
        let info = try slot.tokenInfo()
        #expect(info.label == token.label)
        #expect(info.serial == token.serial)
        #expect(info.manufacturer == "SoftHSM project")
        #expect(info.flags.isSuperset(of: [.tokenInitialized, .userPINInitialized, .loginRequired]))
        #expect(info.reasonNotToLogIn() == nil)
    }

    @Test("No token and two tokens that fit are errors")
    func noneAndTwo() throws {
        let module = try SoftHSM.shared().module
        #expect(throws: PKCS11Error.self) { try module.slot(matching: URI("pkcs11:token=no%20such%20token")) }
        let twins = try (SoftHSMToken(label: "twins"), SoftHSMToken(label: "twins"))
        #expect {
            try module.slot(matching: URI("pkcs11:token=twins"))
        } throws: {
            String(describing: $0).contains("2 tokens")
        }
        #expect(try module.slot(matching: twins.1.uri).tokenInfo().serial == twins.1.serial)
    }

    @Test("A label of more than 32 octets is refused")
    func longLabel() throws {
        #expect(throws: PKCS11Error.self) { try SoftHSMToken(label: String(repeating: "x", count: 33)) }
    }

    @Test("Logging in twice is success; a wrong PIN is told by its code")
    func logIn() throws {
        let token = try SoftHSMToken()
        let slot = try token.softHSM.module.slot(matching: token.uri)
        let session = try slot.openSession()
        #expect(try !session.isLoggedIn())
        #expect(throws: PKCS11Error.call(function: "C_Login", .pinIncorrect)) {
            try session.logIn(pin: PIN(copying: Array("wrong".utf8)))
        }
        #expect(try slot.tokenInfo().flags.contains(.userPINCountLow))
        try session.logIn(pin: PINSource.file(token.pinFile).read())
        try session.logIn(pin: PINSource.file(token.pinFile).read())
        #expect(try session.isLoggedIn())
        let other = try slot.openSession()
        #expect(try other.isLoggedIn())
        try session.close()
        try other.close()
    }

    @Test(
        "A PIN that is locked, at its final try or to be changed is not tried",
        arguments: [
            (TokenInfo.Flags.userPINLocked, "locked"), (.userPINFinalTry, "one try left"),
            (.userPINToBeChanged, "expired"),
        ])
    func reasonsNotToLogIn(_ flag: TokenInfo.Flags, _ reason: String) {
        let info = TokenInfo(label: "a", manufacturer: "", model: "", serial: "", flags: [.tokenInitialized, flag])
        #expect(info.reasonNotToLogIn()?.contains(reason) == true)
        // Who takes the last try knows what the flag says, and nothing of the others.
        #expect((info.reasonNotToLogIn(takingFinalTry: true) == nil) == (flag == .userPINFinalTry))
    }

    @Test("A closed session's handle is no longer good, and a dropped session is closed")
    func closing() throws {
        let token = try SoftHSMToken()
        let slot = try token.softHSM.module.slot(matching: token.uri)
        let handle: UInt
        do {
            let session = try slot.openSession()
            handle = session.handle
            #expect(try !session.isLoggedIn())
        }
        let ghost = Session(slot: slot, handle: handle)
        #expect(throws: PKCS11Error.call(function: "C_GetSessionInfo", .sessionHandleInvalid)) {
            try ghost.isLoggedIn()
        }
        #expect(throws: PKCS11Error.call(function: "C_CloseSession", .sessionHandleInvalid)) {
            try Session(slot: slot, handle: handle).close()
        }
    }

    @Test("Fixed-size fields lose the padding at their end and no other blank")
    func padding() {
        let field: (UInt8, UInt8, UInt8, UInt8, UInt8) = (0x20, 0x61, 0x20, 0x20, 0)
        #expect(paddedText(of: field) == " a")
        #expect(paddedText(of: (UInt8(0x20), UInt8(0))) == "")
    }
}
