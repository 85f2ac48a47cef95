import ArgumentParser
import Configuration
import Console
import PKCS11
import TokenAdministration

/// How a command gets into a token: through which library, and with which PIN.
struct LogInOptions: ParsableArguments {
    @OptionGroup var modules: ModuleOptions
    @OptionGroup var pins: PINOptions

    @Flag(help: "Log in also where the token has one try left, which a wrong PIN would lock.")
    var finalTry = false

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
        do {
            let (module, slot, configuration) = try find(uri)
            let access = try logIn(slot, uri, configuration)
            let result = try body(access, Place(module: module, configuration: configuration))
            try access.close()
            return result
        } catch let error as AdministrationError { throw CommandFailure(error) }
    }

    /// A token that is logged in to, for somebody to log out of.
    struct Opened: ~Copyable {
        let access: TokenAccess
        let place: Place
    }

    /// Logs in to the token of a URI.
    func open(_ uri: URI) throws -> Opened {
        let (module, slot, configuration) = try find(uri)
        do {
            return Opened(
                access: try logIn(slot, uri, configuration),
                place: Place(module: module, configuration: configuration))
        } catch let error as AdministrationError { throw CommandFailure(error) }
    }

    private func find(_ uri: URI) throws(CommandFailure) -> (Module, Slot, ServiceConfiguration?) {
        let configuration = try modules.configuration()
        let (module, slot) = try modules.find(uri, configuration)
        return (module, slot, configuration)
    }

    private func logIn(_ slot: Slot, _ uri: URI, _ configuration: ServiceConfiguration?) throws -> TokenAccess {
        let info: TokenInfo
        do { info = try slot.tokenInfo() } catch { throw CommandFailure(.unavailable, "\(error).") }
        // Before anybody is asked for a PIN that is not going to be tried.
        if let reason = info.reasonNotToLogIn(takingFinalTry: finalTry) {
            throw CommandFailure(.notPermitted, "\(PKCS11Error.pin(reason)).")
        }
        let pin = try pins.pin(for: uri, info, configuration)
        if info.flags.contains(.userPINFinalTry) {
            StandardError.write(
                "countersign: this is the last try with token \(info.label.printable): a wrong PIN locks it.\n")
        } else if info.flags.contains(.userPINCountLow) {
            StandardError.write(
                "countersign: wrong PINs were tried with token \(info.label.printable): it may lock after a few more.\n"
            )
        }
        return try TokenAccess(slot, pin: pin, takingFinalTry: finalTry)
    }
}
