import ArgumentParser
import Ceremony
import Configuration
import Console
import Glibc
import Issuance
import JSONRPC
import Ledger
import PKCS11
import PublicKeys
import Signing
import TokenAdministration

/// The steps of every ceremony: prepare, show, have confirmed, sign.
struct CeremonyOptions: ParsableArguments {
    @Argument(
        help: ArgumentHelp("The ceremony's folder: a new one, or one in which it was prepared.", valueName: "dir"))
    var directory: String

    @Flag(help: "Prepare and show what is going to be signed, and sign nothing.")
    var dryRun = false

    @Flag(help: "Print the plan that the flags amount to, and do nothing.")
    var printPlan = false

    @Option(
        help: ArgumentHelp("The SHA-256 of what was prepared, in the place of being asked for it.", valueName: "hash"))
    var confirm: String?

    @Option(help: ArgumentHelp("An operator's signature of statement.txt; may be repeated.", valueName: "file"))
    var confirmation: [String] = []

    @OptionGroup var logIn: LogInOptions

    @Flag(help: "Print JSON instead of text for people.")
    var json = false

    func validate() throws {
        guard !dryRun || confirm == nil else { throw ValidationError("Give one of --dry-run and --confirm.") }
    }

    /// - Parameter written: the plan that the flags amount to.
    func run(_ act: String, _ options: PlanOptions, _ written: () throws(CommandFailure) -> String) async throws {
        do {
            guard !printPlan else {
                // What is no plan is told.
                _ = try plan(act, options, written)
                return try StandardOutput.show(
                    try options.plan.map { try InputFile.text(at: $0) } ?? String(written().dropLast()))
            }
            let isNew = CeremonyFolder.isAbsent(directory)
            if let flag = Self.firstFlagOfAPlan, !isNew {
                throw CommandFailure(
                    .usage,
                    "\(directory) has a ceremony, whose plan was fixed when it was prepared: leave \(flag) away.")
            }
            let ceremony =
                isNew ? try prepare(try plan(act, options, written)) : try Ceremony(CeremonyFolder(directory))
            try Self.require(act, ceremony.plan, directory)
            let output = CeremonyOutput(ceremony)
            guard !dryRun else { return try StandardOutput.show(json ? try output.json() : try output.prepared()) }
            if !json || confirm == nil { StandardError.write(try output.prepared() + "\n") }
            let outcome = try await sign(ceremony, try confirmed(ceremony))
            try StandardOutput.show(json ? try output.json(outcome) : output.text(outcome))
        } catch { throw CommandFailure(ofCeremony: error) }
    }

    /// What a run may be given beside a plan: all else is said there.
    private static let laterFlags: Set<String> = [
        "--dry-run", "--print-plan", "--confirm", "--confirmation", "--json", "--module", "--config", "--pin-file",
        "--pin-fd",
        "--pin-credential", "--final-try",
    ]

    /// --plan itself where there is no other.
    private static var firstFlagOfAPlan: String? {
        let flags = CommandLine.arguments.compactMap { $0.split(separator: "=").first.map(String.init) }
            .filter { $0.hasPrefix("--") && $0.count > 2 && !laterFlags.contains($0) }
        return flags.first { $0 != "--plan" } ?? flags.first
    }

    private static func require(_ act: String, _ plan: CeremonyPlan, _ place: String) throws(CommandFailure) {
        guard plan.act.name == act else {
            throw CommandFailure(
                .usage, "\(place) is a ceremony of another kind: countersign ca \(plan.act.name) goes on with it.")
        }
    }

    private func plan(
        _ act: String, _ options: PlanOptions, _ written: () throws(CommandFailure) -> String
    ) throws -> CeremonyPlan {
        guard confirm == nil else {
            throw CommandFailure(
                .usage,
                "nothing is prepared in \(directory) yet, and nobody can have seen its hash: run it with --dry-run first."
            )
        }
        if let path = options.plan {
            if let flag = Self.firstFlagOfAPlan, flag != "--plan" {
                throw CommandFailure(.usage, "what \(flag) says is for the plan to say: write it into \(path).")
            }
            let plan = try CeremonyPlan(contentsOf: path)
            try Self.require(act, plan, path)
            return plan
        }
        return try CeremonyPlan(yaml: Array(try written().utf8), path: "\(PINOptions.absolute(directory))/plan.yaml")
    }

    private func prepare(_ plan: CeremonyPlan) throws -> Ceremony {
        var certifiedKey: PublicKey?
        if case .createBelow(_, _, let uri) = plan.act { certifiedKey = try publicKey(of: uri) }
        return try Ceremony.prepare(
            plan, in: directory, publicKey: publicKey(of: plan.keyURI), certifiedKey: certifiedKey)
    }

    /// Of a key that a CA may rest on.
    private func publicKey(of text: String) throws -> PublicKey {
        let uri = try URI(text)
        let opened = try logIn.open(uri)
        let key = try CeremonyKey(opened.access, uri)
        let publicKey = key.publicKey
        try key.close()
        return publicKey
    }

    private func sign(_ ceremony: Ceremony, _ confirmed: String) async throws -> Ceremony.Outcome {
        let confirmations = try confirmation.map { path in
            (path: path, octets: try InputFile.octets(at: path, maximumSize: 1 << 16))
        }
        // Before anybody is asked for a PIN.
        try ceremony.confirmedBy(confirmations)
        let uri = try URI(ceremony.plan.keyURI)
        let opened = try logIn.open(uri)
        let module = opened.place.module
        let key = ModuleKey(module: module, key: try CeremonyKey(opened.access, uri))
        // What has begun comes to its end.
        let ignored = Ignored([SIGINT, SIGTERM, SIGHUP])
        defer { ignored.end() }
        return try await ceremony.sign(confirming: confirmed, with: key)
    }

    private func confirmed(_ ceremony: Ceremony) throws(CommandFailure) -> String {
        if let confirm {
            // Before anybody is asked for a PIN.
            do { try ceremony.checkConfirmed(confirm) } catch { throw CommandFailure(ofCeremony: error) }
            return confirm
        }
        guard isatty(STDIN_FILENO) == 1 else {
            throw CommandFailure(
                .usage,
                "what was prepared in \(directory) waits for its confirmation, and nobody can be asked, since standard input is no terminal: "
                    + "look at it, and run the same again with --confirm \(ceremony.hash).")
        }
        StandardError.write("Type the first eight digits of the SHA-256 to confirm it: ")
        guard let typed = readLine(), typed.count >= 8, ceremony.hash.hasPrefix(typed.lowercased()) else {
            throw CommandFailure(.refused, "that is not how it begins. Nothing was signed.")
        }
        return ceremony.hash
    }
}

/// A ceremony's key, and through which library it is reached.
private struct ModuleKey: ~Copyable, CeremonySigner {
    let module: Module
    let key: CeremonyKey

    var publicKey: PublicKey { key.publicKey }

    var identity: [(name: String, value: String)] {
        let info = key.access.info
        return [
            ("key", key.report.uri.text),
            ("token", "\(info.label), serial \(info.serial), \(info.manufacturer) \(info.model)"),
            ("library", "\(module.path), \((try? module.libraryDescription()) ?? "which does not name itself")"),
        ]
    }

    borrowing func rehearse(_ algorithm: SignatureAlgorithm) throws -> KeyTrial { try key.rehearse(algorithm) }

    borrowing func sign(_ message: [UInt8], _ way: KeyTrial) throws -> VerifiedSignature { try key.sign(message, way) }
}

extension CommandFailure {
    /// Why a ceremony does not go on.
    init(ofCeremony error: any Error) {
        switch error {
        case let failure as CommandFailure: self = failure
        case let error as AdministrationError: self.init(error)
        case let error as CeremonyError: self.init(Self.code(error), "\(error).")
        case let error as ConfigurationError: self.init(.refused, "\(error)")
        case IssuanceError.refused(let violations), IssuanceError.lintFailed(let violations):
            self.init(
                .refused,
                "this is not signed:\n" + violations.map { "  \($0.message)" }.joined(separator: "\n"))
        case let error as SigningError: self.init(.unavailable, "\(error.reason).")
        case let error as LedgerError: self.init(.cannotCreate, "\(error).")
        case let error as PKCS11Error: self.init(.unavailable, "\(error).")
        default: self.init(.refused, "\(error).")
        }
    }

    private static func code(_ error: CeremonyError) -> Code {
        switch error {
        case .file: .cannotCreate
        case .missing, .unprepared: .noInput
        case .confirmationsMissing: .notPermitted
        case .tokenFailed: .unavailable
        default: .refused
        }
    }
}
