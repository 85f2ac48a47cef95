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

    @Argument(
        help: ArgumentHelp("Token and label, as pkcs11:token=LABEL;object=LABEL (RFC 7512).", valueName: "uri"),
        transform: URI.argument)
    var uri: URI

    @Option(help: "p256, p384, p521, rsa2048, rsa3072, rsa4096 or ed25519.")
    var type: KeyPairType

    @OptionGroup var logIn: LogInOptions

    @Flag(help: "Print JSON instead of text for people.")
    var json = false

    func run() throws {
        let label = try uri.newLabel()
        let key = try logIn.withAccess(to: uri) { access, _ in
            if case .rsa = type { Progress.say("making an RSA key, which may take a minute") }
            return try access.generateKey(type, label: label)
        }
        try StandardOutput.show(json ? key.json.compactText : key.text)
    }
}

extension KeyPairType: ExpressibleByArgument {
    public init?(argument: String) {
        guard let match = Self.ofCAs.first(where: { $0.description == argument.lowercased() }) else { return nil }
        self = match
    }
}
