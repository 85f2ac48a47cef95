import PKCS11

/// Which token of which library a configuration names: two names of one token would log in to it twice, and try a wrong PIN
/// twice.
package struct TokenIdentity: Hashable, Sendable {
    /// Symbolic links resolved.
    let modulePath: String
    /// Or the label, of a token that has no serial number.
    let serial: String

    /// Loads the module and finds the token, without logging in.
    package init(of configuration: TokenConfiguration) async throws(SigningError) {
        self = try await OSThread.run(name: "find-\(configuration.name)", limit: configuration.deadline * 3) {
            () throws(SigningError) in
            do throws(PKCS11Error) {
                let (module, slot) = try TokenConnection.find(configuration)
                let info = try slot.tokenInfo()
                return TokenIdentity(
                    modulePath: module.path, serial: info.serial.isEmpty ? info.label : info.serial)
            } catch {
                throw SessionFault(error).signingError(reachedSign: false)
            }
        }
    }

    private init(modulePath: String, serial: String) {
        self.modulePath = modulePath
        self.serial = serial
    }
}
