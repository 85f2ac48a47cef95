import ArgumentParser
import Console
import DERCoding
import Glibc
import Issuance
import PKCS11
import Timekeeping
import TokenAdministration

/// `countersign ca install-certificate`: what the CA above has signed comes back.
struct CAInstallCertificate: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "install-certificate",
        abstract:
            "Check a CA's certificate against its key and the CA above, write the chain that the daemon wants, and put it into the token.",
        discussion: """
            The certificate has to be of the key, and the whole chain one that a verifier can walk: issuer by issuer signed, CAs all, within \
            their path lengths and names. The chain is written for an authority's `chain`; a file that is there already is not overwritten. \
            In the token the certificate lies beside the key, for other tools.

            Example: countersign ca install-certificate 'pkcs11:token=ca;object=issuing-2026' --certificate issuing.pem --issuer root.pem \
            --chain /etc/countersign/issuing-2026.pem --module /usr/lib/softhsm/libsofthsm2.so
            """)

    @Argument(
        help: ArgumentHelp("The key, as pkcs11:token=LABEL;object=LABEL (RFC 7512).", valueName: "uri"),
        transform: URI.argument)
    var uri: URI

    @Option(help: ArgumentHelp("The certificate, in PEM; those above it may follow.", valueName: "file"))
    var certificate: String

    @Option(help: ArgumentHelp("The certificates above it, in PEM; may be repeated.", valueName: "file"))
    var issuer: [String] = []

    @Option(help: ArgumentHelp("Where the chain is written, its own certificate first.", valueName: "file"))
    var chain: String?

    @Flag(help: "Leave the token as it is.")
    var notInToken = false

    @OptionGroup var logIn: LogInOptions

    func run() throws {
        let certificates = try ([certificate] + issuer).flatMap(Self.certificates)
        guard let own = certificates.first else {
            throw CommandFailure(.noInput, "\(certificate) holds no certificate.")
        }
        do { try Self.check(certificates) } catch {
            throw CommandFailure(.refused, "the chain of \(certificate): \(error). Nothing was written.")
        }
        let text = certificates.map { PEM.encode($0.der, label: "CERTIFICATE") }.joined()
        let isInToken = try logIn.withAccess(to: uri) { access, _ in
            let key = try access.key(uri)
            guard key.publicKey == own.publicKey else {
                throw CommandFailure(
                    .refused, "the certificate in \(certificate) is not of key \(key.label). Nothing was written.")
            }
            if let chain { try Self.write(Array(text.utf8), to: chain) }
            return try notInToken ? nil : access.install(TokenCertificate(own), for: key)
        }
        var lines = [
            "The certificate is the key's, and its chain holds, up to \(certificates.last?.subjectDescription ?? "?")."
        ]
        if let chain { lines.append("\(chain) is the chain for the daemon's configuration.") }
        switch isInToken {
        case true?: lines.append("The token has it beside the key.")
        case false?: lines.append("The token had it already.")
        case nil: break
        }
        try StandardOutput.show(lines.map(\.printable).joined(separator: "\n"))
    }

    /// That the chain holds up to a root, or to a CA whose own certificate's issuer is not given, and that it is valid now.
    private static func check(_ chain: [IssuerCertificate]) throws {
        let issuer = try Issuer(chain: chain, locations: Locations())
        guard let top = chain.last else { return }
        guard top.isSelfIssued else {
            throw Unfounded(
                description:
                    "its last certificate, \(top.subjectDescription), is by another CA, and nothing shows that it is: give the certificates above it, "
                    + "up to the root, with --issuer")
        }
        let now = WallClock.system.now()
        guard issuer.notBefore <= now, now <= issuer.notAfter else {
            throw Unfounded(description: "it is valid from \(issuer.notBefore) to \(issuer.notAfter), and not now")
        }
    }

    private struct Unfounded: Error, CustomStringConvertible { let description: String }

    /// A file that has the chain already is left alone.
    private static func write(_ octets: [UInt8], to path: String) throws(CommandFailure) {
        do throws(NewFile.Failure) { try NewFile.write(octets, to: path, mode: 0o644) } catch {
            guard error.isTaken else {
                throw CommandFailure(.cannotCreate, "\(path) cannot be written: \(describe(error.number)).")
            }
            if try InputFile.octets(at: path, maximumSize: 1 << 20) == octets { return }
            throw CommandFailure(
                .cannotCreate, "\(path) is there, and is something else: name another file, or move that one away.")
        }
    }

    private static func certificates(at path: String) throws(CommandFailure) -> [IssuerCertificate] {
        let text = try InputFile.text(at: path)
        do {
            return try PEM.decode(text, surroundings: .anyText).map { block in
                guard block.label == "CERTIFICATE" else { throw PEMError.unexpectedLabel }
                return try IssuerCertificate(der: block.der)
            }
        } catch { throw CommandFailure(.noInput, "\(path): \(error).") }
    }
}

extension TokenCertificate {
    fileprivate init(_ certificate: IssuerCertificate) {
        var serial = DERWriter(reservingCapacity: 24)
        serial.primitive(DERTag.integer, certificate.serialNumber)
        self.init(
            der: certificate.der, subject: certificate.subject, issuer: certificate.issuer, serialNumber: serial.octets)
    }
}
