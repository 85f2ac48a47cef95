import ArgumentParser
import Console
import PKCS11
import TokenAdministration

/// `countersign key generate`: a CA's key, made where it stays.
struct KeyGenerate: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "generate",
        abstract: "Make a CA key in a token: sensitive, never extractable, to sign and for nothing else.",
        discussion: """
            The key is read back and makes a test signature before anything is said of it. A key of the same label is never replaced. \
            Its id is derived from its public key.

            The PIN comes from --pin-file, --pin-fd or --pin-credential, from the URI's pin-source, from where the daemon's configuration \
            takes it, or is asked for. It is tried once.

            Example: countersign key generate 'pkcs11:token=ca;object=issuing-2026' --type p384 --module /usr/lib/softhsm/libsofthsm2.so
            """)

    @Argument(help: ArgumentHelp("Token and label, as pkcs11:token=LABEL;object=LABEL (RFC 7512).", valueName: "uri"))
    var uri: URI

    @Option(help: "p256, p384, p521, rsa2048, rsa3072, rsa4096 or ed25519.")
    var type: KeyPairType

    @OptionGroup var modules: ModuleOptions
    @OptionGroup var pins: PINOptions

    @Flag(help: "Print JSON instead of text for people.")
    var json = false

    func run() throws {
        guard let label = uri.object, uri.id == nil else {
            throw CommandFailure(
                .usage,
                "\(uri) has to name the new key by object=LABEL, and not by an id, which is derived from the key.")
        }
        let slot = try modules.slot(uri)
        do {
            let access = try TokenAccess(slot, uri, pins, modules)
            if case .rsa = type { Progress.say("making an RSA key, which may take a minute") }
            let key = try access.generateKey(type, label: label)
            try access.close()
            try StandardOutput.show(json ? key.json.compactText : key.text)
        } catch let error as AdministrationError { throw CommandFailure(error) }
    }
}

extension KeyPairType: ExpressibleByArgument {
    public init?(argument: String) {
        let known: [KeyPairType] = [
            .p256, .p384, .p521, .rsa(bits: 2048), .rsa(bits: 3072), .rsa(bits: 4096), .ed25519,
        ]
        guard let match = known.first(where: { $0.description == argument.lowercased() }) else { return nil }
        self = match
    }
}

extension TokenAccess {
    /// Logs in to the token of a slot.
    init(_ slot: Slot, _ uri: URI, _ pins: PINOptions, _ modules: ModuleOptions) throws {
        let info: TokenInfo
        do { info = try slot.tokenInfo() } catch { throw CommandFailure(.unavailable, "\(error).") }
        let pin = try pins.pin(for: uri, info, modules.configuration())
        if info.flags.contains(.userPINCountLow) {
            StandardError.write(
                "countersign: wrong PINs were tried with token \(info.label.printable): it may lock after a few more.\n"
            )
        }
        try self.init(slot, pin: pin)
    }
}
