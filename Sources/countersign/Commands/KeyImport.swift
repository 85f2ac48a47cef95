import ArgumentParser
import Console
import Glibc
import Issuance
import JSONRPC
import KeyFiles
import PKCS11
import Program
import PublicKeys
import TokenAdministration

/// `countersign key import`: an existing CA's key moves into a token.
struct KeyImport: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract:
            "Bring an existing CA's key from a file into a token: sensitive, not extractable, to sign and for nothing else.",
        discussion: """
            The file holds one private key, RSA 2048, 3072 or 4096, P-256, P-384, P-521 or Ed25519: PKCS #8, encrypted or not, SEC 1 or \
            PKCS #1, as PEM or DER. Its passphrase comes from --passphrase-file, --passphrase-fd or --passphrase-credential, or is asked \
            for; the token's PIN as for key generate.

            The key is read back and makes a test signature before anything is said of it. The file is left as it is.

            Example: countersign key import 'pkcs11:token=ca;object=issuing-2020' --from ca.key --certificate ca.pem --module \
            /usr/lib/softhsm/libsofthsm2.so
            """)

    @Argument(
        help: ArgumentHelp("Token and label, as pkcs11:token=LABEL;object=LABEL (RFC 7512).", valueName: "uri"),
        transform: URI.argument)
    var uri: URI

    @Option(help: ArgumentHelp("The file with the private key; - is standard input.", valueName: "file"))
    var from: String

    @Option(
        help: ArgumentHelp(
            "The CA's certificate, which has to be of this key. PEM; the first of the file.", valueName: "file"))
    var certificate: String?

    @Flag(help: "Where the token does not unwrap the key, do not hand it to the library in clear either.")
    var encryptedOnly = false

    @OptionGroup var passphrase: PassphraseOptions
    @OptionGroup var logIn: LogInOptions

    @Flag(help: "Print JSON instead of text for people.")
    var json = false

    func run() throws {
        let label = try uri.newLabel()
        do { try ProcessHardening.keepMemoryPrivate() } catch { throw CommandFailure(.internalError, "\(error).") }
        if !PrivateKeyFile.prepareMemory() {
            StandardError.write(
                "countersign: OpenSSL's library is in use already, and may not wipe all that it frees.\n")
        }
        let certified = try certificate.map { try IssuerCertificate(at: $0) }
        let file = try PrivateKeyFile(at: from, passphrase)
        let warnings = file.warnings(at: from)
        try requireSound(file.publicKey)
        if let certificate, let certified, certified.publicKey != file.publicKey {
            throw CommandFailure(
                .refused,
                "the key in \(from), \(file.publicKey), is not that of the certificate \(certificate). Nothing was imported."
            )
        }
        for warning in warnings { StandardError.write("countersign: \(warning.printable).\n") }
        let imported = try logIn.withAccess(to: uri) { access, _ in
            // Half a key is in the token until this has done, which takes a second or two.
            let ignored = Ignored([SIGINT, SIGTERM, SIGHUP])
            defer { ignored.end() }
            return try access.importKey(file, label: label, encryptedOnly: encryptedOnly)
        }
        try StandardOutput.show(json ? imported.json(warnings, from: from).compactText : imported.text(from: from))
    }

    /// What no key may be that is certified, no CA's may be either.
    private func requireSound(_ key: PublicKey) throws(CommandFailure) {
        let violations = KeyPolicy().violations(of: key)
        guard violations.isEmpty else {
            throw CommandFailure(
                .refused,
                "the key in \(from) is too weak for a CA; nothing was imported:\n"
                    + violations.map { "  \($0.message)" }.joined(separator: "\n"))
        }
    }
}

extension ImportedKey {
    /// What remains to be done, which no program does for anybody.
    private static func next(_ path: String) -> [String] {
        let file = path == "-" ? "the file that the key came from" : path
        return [
            "\(file) still holds the key: keep it offline as the only back-up, or destroy it. Copies may remain in back-ups and in free "
                + "blocks of its disk.",
            "the key has lived outside the token: the token will never say that it was made there, and an authority with "
                + "requireGeneratedInToken refuses it.",
        ]
    }

    private var wayInWords: String {
        switch way {
        case .unwrapped: "encrypted to a key of the token (C_UnwrapKey)"
        case .created(let reason):
            "in clear to the PKCS#11 library (C_CreateObject), since it was not unwrapped: \(reason)"
        }
    }

    fileprivate func text(from path: String) -> String {
        var lines = [report.text, "brought in              \(wayInWords)", ""]
        lines += Self.next(path).map { "note: \($0.printable)" }
        return lines.joined(separator: "\n")
    }

    fileprivate func json(_ warnings: [String], from path: String) -> JSONValue {
        let way: JSONValue =
            switch self.way {
            case .unwrapped: "unwrapped"
            case .created: "created"
            }
        let more = [
            JSONObject.Member(name: "broughtIn", value: way),
            JSONObject.Member(name: "fileWarnings", value: .array(warnings.map { .string($0) })),
            JSONObject.Member(name: "notes", value: .array(Self.next(path).map { .string($0) })),
        ]
        return .object(JSONObject((report.json.object?.members ?? []) + more))
    }
}
