import ArgumentParser
import Configuration
import PKCS11
import SigningAPI
import TokenAdministration

/// Through which PKCS#11 libraries tokens are looked for.
struct ModuleOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "A PKCS#11 library, by its absolute path; may be repeated. Else those of the daemon's configuration.",
            valueName: "path"))
    var module: [String] = []

    @Option(help: ArgumentHelp("The daemon's configuration; else COUNTERSIGN_CONFIG.", valueName: "file"))
    var config: String?

    /// The daemon's configuration, where one is named.
    func configuration() throws(CommandFailure) -> ServiceConfiguration? {
        guard config != nil || environment("COUNTERSIGN_CONFIG") != nil else { return nil }
        return try DaemonConfiguration(config, neededFor: "The command takes").values
    }

    /// The libraries, loaded, each once.
    func modules() throws(CommandFailure) -> [Module] {
        try modules(module.isEmpty ? configuration() : nil)
    }

    private func modules(_ configuration: ServiceConfiguration?) throws(CommandFailure) -> [Module] {
        var wanted = module.map { (path: $0, reserved: String?.none, allowsSpy: false) }
        if wanted.isEmpty, let configuration {
            wanted = configuration.tokens.map { ($0.modulePath, $0.initializationString, $0.allowsSpy) }
        }
        guard !wanted.isEmpty else {
            throw CommandFailure(
                .usage,
                "which PKCS#11 library? Name it with --module /path/to/library.so (SoftHSM's is "
                    + "/usr/lib/softhsm/libsofthsm2.so on Debian), or the daemon's configuration with --config FILE or COUNTERSIGN_CONFIG."
            )
        }
        var modules: [Module] = []
        for (path, reserved, allowsSpy) in wanted where !modules.contains(where: { $0.path == path }) {
            do {
                let module = try Module.load(path: path, reserved: reserved, allowingSpy: allowsSpy)
                if !modules.contains(where: { $0 === module }) { modules.append(module) }
            } catch { throw CommandFailure(.noInput, "\(error).") }
        }
        return modules
    }

    /// The one token of all these libraries that a URI names.
    func find(_ uri: URI) throws(CommandFailure) -> (module: Module, slot: Slot) {
        try find(uri, module.isEmpty ? configuration() : nil)
    }

    /// - Parameter configuration: the daemon's, where one is named.
    func find(
        _ uri: URI, _ configuration: ServiceConfiguration?
    ) throws(CommandFailure) -> (module: Module, slot: Slot) {
        guard uri.namesToken else {
            throw CommandFailure(.usage, "\(uri) names no token: add token=LABEL, as countersign token list shows it.")
        }
        var found: [(module: Module, slot: Slot)] = []
        var reasons: [String] = []
        for module in try modules(configuration) {
            do { found.append((module, try module.slot(matching: uri))) } catch { reasons.append("\(error)") }
        }
        guard let token = found.first else {
            throw CommandFailure(
                .noInput, reasons.joined(separator: "\n") + ": countersign token list shows those that are there.")
        }
        guard found.count == 1 else {
            throw CommandFailure(
                .noInput, "\(found.count) modules have a token that fits \(uri): name one module with --module.")
        }
        return token
    }
}

extension URI {
    /// What an argument names, or why it names nothing.
    static func argument(_ text: String) throws -> URI {
        do { return try URI(text) } catch { throw ValidationError("\(error)") }
    }

    /// The label of a key that is to be made.
    func newLabel() throws(CommandFailure) -> String {
        do { try TokenAccess.requirePrivate(self) } catch { throw CommandFailure(error) }
        guard let object, id == nil else {
            throw CommandFailure(
                .usage,
                "\(self) has to name the new key by object=LABEL, and not by an id, which is derived from the key.")
        }
        return object
    }
}

extension CommandFailure {
    init(_ error: AdministrationError) {
        let code: Code =
            switch error {
            case .token(let cause, _): Self.isOfThePIN(cause) ? .notPermitted : .unavailable
            case .keyExists, .tokenInUse: .cannotCreate
            case .noSuchKey: .notFound
            case .keyUnfit: .unavailable
            case .request: .usage
            }
        self.init(code, "\(error).")
    }

    private static func isOfThePIN(_ error: PKCS11Error) -> Bool {
        if case .pin = error { true } else { error.returnValue?.isOfThePIN ?? false }
    }
}
