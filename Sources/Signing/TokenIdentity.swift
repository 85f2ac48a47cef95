import PKCS11
import Threads

/// Which token a configuration names: two names of one token would log in to it twice, and try a wrong PIN twice.
package struct TokenIdentity: Sendable, Codable {
    /// Symbolic links resolved.
    let modulePath: String
    let manufacturer: String
    let model: String
    let serial: String
    /// Beside the serial number: a smart card shows itself once for each of its PINs, under labels of their own.
    let label: String

    /// Whether both are one token, be it seen through two modules, as through a vendor's and p11-kit's proxy of it.
    package func isSameToken(as other: TokenIdentity) -> Bool {
        guard (serial, label) == (other.serial, other.label) else { return false }
        // Without a serial number, tokens of different modules may be alike.
        return modulePath == other.modulePath
            || (!serial.isEmpty && (manufacturer, model) == (other.manufacturer, other.model))
    }
}

extension TokenIdentity {
    /// Loads the module and finds the token, without logging in.
    package init(of configuration: TokenConfiguration) async throws(SigningError) {
        self = try await OSThread.run(name: "find-\(configuration.name)", limit: configuration.deadline * 3) {
            () throws(SigningError) in
            do throws(PKCS11Error) {
                let (module, slot) = try TokenConnection.find(configuration)
                let info = try slot.tokenInfo()
                return TokenIdentity(
                    modulePath: module.path, manufacturer: info.manufacturer, model: info.model, serial: info.serial,
                    label: info.label)
            } catch {
                throw SessionFault(error).signingError(reachedSign: false)
            }
        }
    }
}
