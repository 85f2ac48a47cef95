import ArgumentParser
import Crypto
import DERCoding
import Glibc
import Issuance
import JSONRPC
import SigningAPI
import Timekeeping

/// Which certificates a command is about.
struct CertificateFilterOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Only those of this authority.", valueName: "id"))
    var ca: String?

    @Option(help: ArgumentHelp("Only those by this profile.", valueName: "id-or-name"))
    var profile: String?

    @Option(help: ArgumentHelp("Only those whose subject fits; * is any run of characters.", valueName: "pattern"))
    var subject: String?

    @Option(help: ArgumentHelp("Only those of which an alternative name fits.", valueName: "pattern"))
    var san: String?

    @Option(help: ArgumentHelp("Only what was signed for this CSR, in PEM; - reads standard input.", valueName: "file"))
    var csr: String?

    @Option(help: ArgumentHelp("Only what this user asked for.", valueName: "uid-or-name"))
    var requester: String?

    @Option(help: "Only those of this status.")
    var status: CertificateStatus?

    @Option(help: ArgumentHelp("Only those that end within this time: 30d, 12h.", valueName: "lifetime"))
    var expiresWithin: String?

    @Option(help: ArgumentHelp("Only those that end before this time, in RFC 3339.", valueName: "time"))
    var expiresBefore: String?

    func validate() throws {
        guard expiresWithin == nil || expiresBefore == nil else {
            throw ValidationError("--expires-within and --expires-before say the same; give one of them.")
        }
    }

    /// Every filter but the status, as `listCertificates` takes it.
    ///
    /// - Throws: `CommandFailure` for a CSR that cannot be read, and for a user or a profile that there is not.
    func params(_ client: ServiceClient) async throws(CommandFailure) -> [String: JSONValue] {
        var params: [String: JSONValue] = [:]
        if let ca { params["caId"] = .string(ca) }
        if let profile { params["profileId"] = .string(try await client.profileID(profile)) }
        if let subject { params["subject"] = .string(subject) }
        if let san { params["subjectAlternativeName"] = .string(san) }
        if let csr { params["csrSha256"] = .string(try Self.hash(csr: csr)) }
        if let requester { params["requesterUid"] = .number(JSONNumber(Int64(try Self.uid(requester)))) }
        if let expiresWithin { params["expiresBefore"] = .string(try Self.instant(in: expiresWithin).rfc3339) }
        if let expiresBefore { params["expiresBefore"] = .string(expiresBefore) }
        return params
    }

    /// SHA-256 of a request's DER, in hex.
    private static func hash(csr path: String) throws(CommandFailure) -> String {
        let text = try InputFile.text(at: path)
        do throws(PEMError) {
            let request = try PEM.decodeOne(text, labels: ["CERTIFICATE REQUEST", "NEW CERTIFICATE REQUEST"])
            return Array(SHA256.hash(data: request.der)).hex
        } catch {
            throw CommandFailure(.noInput, "\(path) \(error).")
        }
    }

    private static func uid(_ text: String) throws(CommandFailure) -> UInt32 {
        if let uid = UInt32(text) { return uid }
        guard let user = unsafe getpwnam(text) else {
            throw CommandFailure(.usage, "this machine has no user \(text); name one, or give a uid.")
        }
        return unsafe user.pointee.pw_uid
    }

    /// That far from now.
    private static func instant(in text: String) throws(CommandFailure) -> Instant {
        do throws(TimeSyntaxError) {
            return WallClock.system.now().adding(try Lifetime(parsing: text)) ?? .latest
        } catch {
            throw CommandFailure(.usage, "--expires-within \(text) \(error).")
        }
    }
}

extension CertificateStatus: ExpressibleByArgument {}
