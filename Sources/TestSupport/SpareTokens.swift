import Glibc
import PKCS11
import Synchronization

/// Tokens made before any test can use the module.
///
/// SoftHSM keeps its slots in a table without a lock, and adds a free slot whenever the last one was initialised: two threads
/// in `C_GetSlotList` at that moment end the process. It also shows other processes a token that is not written to the end.
/// So the table has to be complete before a second thread or a daemon looks at it.
final class SpareTokens: Sendable {
    static let userPIN = "648219"
    private static let securityOfficerPIN = "73019854"

    private let slots: [Slot]
    private let taken = Mutex(0)

    init(of module: Module, count: Int) throws {
        slots = try (1...count).map { number in
            guard let slot = try module.slotsWithTokens().first(where: { try !$0.tokenInfo().isInitialized }) else {
                throw TestSupportError("SoftHSM offers no free slot")
            }
            try Self.initialize(slot, label: "token \(getpid()) \(number)")
            return slot
        }
        // Makes SoftHSM add its last free slot now.
        _ = try module.slotsWithTokens()
    }

    /// A slot that no test has had, and its number.
    func take() throws -> (slot: Slot, number: Int) {
        let index = taken.withLock { count in
            defer { count += 1 }
            return count
        }
        guard slots.indices.contains(index) else {
            throw TestSupportError("all \(slots.count) tokens are taken: let SoftHSM.swift make more")
        }
        return (slots[index], index + 1)
    }

    /// Gives the token a label and the user's PIN; whatever it held is gone.
    static func initialize(_ slot: Slot, label: String) throws {
        let securityOfficerPIN = try PIN(copying: Array(securityOfficerPIN.utf8))
        try slot.initializeToken(label: label, soPIN: securityOfficerPIN)
        let session = try slot.openSession(readWrite: true)
        try session.logIn(.securityOfficer, pin: securityOfficerPIN)
        try session.initializePIN(PIN(copying: Array(userPIN.utf8)))
        try session.logOut()
        try session.close()
    }
}
