import PKCS11
import Threads

/// Which token of which library a configuration names: two names of one token would log in to it twice, and try a wrong PIN
/// twice.
package struct TokenIdentity: Hashable, Sendable {
    /// Symbolic links resolved.
    let modulePath: String
    let serial: String
    /// Beside the serial number: a smart card shows itself once for each of its PINs, under labels of their own.
    let label: String

    /// Loads the module and finds the token, without logging in.
    package init(of configuration: TokenConfiguration) async throws(SigningError) {
        self = try await OSThread.run(name: "find-\(configuration.name)", limit: configuration.deadline * 3) {
            () throws(SigningError) in
            do throws(PKCS11Error) {
                let (module, slot) = try TokenConnection.find(configuration)
                let info = try slot.tokenInfo()
                return TokenIdentity(modulePath: module.path, serial: info.serial, label: info.label)
            } catch {
                throw SessionFault(error).signingError(reachedSign: false)
            }
        }
    }

    private init(modulePath: String, serial: String, label: String) {
        self.modulePath = modulePath
        self.serial = serial
        self.label = label
    }
}
