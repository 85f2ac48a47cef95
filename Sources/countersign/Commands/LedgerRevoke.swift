import ArgumentParser
import Console
import Glibc
import JSONRPC
import SigningAPI

/// `countersign ledger revoke`: a certificate counts no more.
struct LedgerRevoke: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "revoke",
        abstract: "Revoke a certificate, for good.",
        discussion: """
            Shows what it is and asks, unless --yes is given. To revoke again is no error; only keyCompromise takes the place of \
            another reason.

            Reasons: \(RevocationReason.offered.map(\.rawValue).joined(separator: ", ")).

            Example: countersign ledger revoke --ca issuing --serial 0F:A1 --reason superseded
            """)

    @OptionGroup var reference: CertificateReferenceOptions

    @Option(help: "Why, by its name in RFC 5280.", transform: Self.offered)
    var reason: RevocationReason

    @Flag(help: "Do not ask: for scripts.")
    var yes = false

    @OptionGroup var socket: SocketOptions

    func run() async throws {
        guard yes || isatty(STDIN_FILENO) == 1 else {
            throw CommandFailure(
                .usage, "nobody can be asked, since standard input is no terminal: --yes revokes without asking.")
        }
        let client = try await ServiceClient(socket)
        if !yes { try await confirm(client) }
        let params = reference.params.merging(["reason": .string(reason.rawValue)]) { $1 }
        let result = try await client.call("revokeCertificate", params)
        guard let revocation = result.object, let date = revocation["revokedAt"]?.string else {
            throw CommandFailure(.internalError, "the daemon's answer has no revocation.")
        }
        try StandardOutput.show(socket.json ? result.compactText : Self.text(revocation, date))
    }

    private static func offered(_ name: String) throws -> RevocationReason {
        do throws(ReasonNotOffered) {
            return try RevocationReason(offered: name)
        } catch {
            throw ValidationError("The reason \(error).")
        }
    }

    /// Shows a person what is to be revoked, and goes on where the answer is `yes`.
    private func confirm(_ client: ServiceClient) async throws(CommandFailure) {
        let description: String
        do {
            let result = try await client.call("getCertificate", reference.params)
            description = try ListedCertificate(result).description
        } catch  where error.code == .notFound && reference.id == nil {
            // A serial that was signed before the journal kept its book can be revoked too.
            description = "Nothing is on record of this serial; it can be revoked all the same."
        }
        StandardError.write("\(description)\n\nType yes to revoke it for good (\(reason.rawValue)): ")
        guard readLine() == "yes" else { throw CommandFailure(.refused, "nothing was revoked.") }
    }

    private static func text(_ revocation: JSONObject, _ date: String) -> String {
        let already = revocation["alreadyRevoked"]?.bool == true ? "was revoked already" : "revoked"
        let serial = revocation["serialNumber"]?.string ?? ""
        let authority = revocation["caId"]?.string ?? ""
        let reason = revocation["reason"]?.string ?? ""
        let record = revocation["record"]?.integer ?? 0
        return "\(already): serial \(serial) of \(authority), \(date), \(reason), record \(record)".printable
    }
}
