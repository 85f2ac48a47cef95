import ArgumentParser
import Configuration
import Console
import PKCS11
import TokenAdministration

/// How a command gets into a token: through which library, and with which PIN.
struct LogInOptions: ParsableArguments {
    @OptionGroup var modules: ModuleOptions
    @OptionGroup var pins: PINOptions

    /// What a command finds there.
    struct Place {
        let module: Module
        /// The daemon's, where one is named.
        let configuration: ServiceConfiguration?
    }

    /// Logs in to the token of a URI, and out again when `body` has done.
    ///
    /// - Throws: `CommandFailure`, and what else `body` throws.
    func withAccess<Result>(
        to uri: URI, _ body: (borrowing TokenAccess, Place) throws -> Result
    ) throws -> Result {
        let configuration = try modules.configuration()
        let (module, slot) = try modules.find(uri, configuration)
        do {
            let access = try logIn(slot, uri, configuration)
            let result = try body(access, Place(module: module, configuration: configuration))
            try access.close()
            return result
        } catch let error as AdministrationError { throw CommandFailure(error) }
    }

    private func logIn(_ slot: Slot, _ uri: URI, _ configuration: ServiceConfiguration?) throws -> TokenAccess {
        let info: TokenInfo
        do { info = try slot.tokenInfo() } catch { throw CommandFailure(.unavailable, "\(error).") }
        let pin = try pins.pin(for: uri, info, configuration)
        if info.flags.contains(.userPINCountLow) {
            StandardError.write(
                "countersign: wrong PINs were tried with token \(info.label.printable): it may lock after a few more.\n"
            )
        }
        return try TokenAccess(slot, pin: pin)
    }
}
