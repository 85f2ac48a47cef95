import Crypto
import Issuance

extension ServiceConfiguration {
    /// Larger than any configuration that a person keeps in their head.
    private static let maximumSize = 1 << 20
    /// The only version of the format so far.
    private static let version = 1

    /// Reads and checks one YAML file; nothing but it, the list of blocked keys that it may name, and the user database is looked at.
    ///
    /// - Parameters:
    ///   - path: absolute, or relative to the working directory. The file is refused where others than its owner may write to it, where
    ///     it belongs to neither root nor this process's user, and past 1 MiB.
    ///   - methods: the names of the methods that there are, for the access rules.
    /// - Throws: `ConfigurationError` with everything that is wrong, not only the first.
    package init(contentsOf path: String, methods: [String]) throws(ConfigurationError) {
        let file: ConfigurationFile
        do throws(FileRefusal) {
            file = try ConfigurationFile(path: path, maximumSize: Self.maximumSize)
        } catch {
            throw ConfigurationError(file: path, error.sentence)
        }
        try self.init(yaml: file.bytes, path: path, methods: methods)
    }

    /// Checks the bytes of a file, as `init(contentsOf:methods:)` does once it has read them.
    package init(yaml bytes: [UInt8], path: String, methods: [String]) throws(ConfigurationError) {
        let (root, reading) = try NodeReader.root(of: bytes, path: path)
        let sections = root.mapping { Sections($0, version: Self.version, methods: methods) }
        let problems = reading.sortedProblems
        guard let sections, problems.isEmpty else { throw ConfigurationError(file: path, problems: problems) }

        self.path = reading.absolutePath
        hash = Array(SHA256.hash(data: bytes))
        socket = sections.socket
        limits = sections.limits
        journal = sections.journal
        inventory = sections.inventory
        checkpoints = sections.checkpoints
        tokens = sections.tokens
        authorities = sections.authorities
        profiles = sections.profiles
        access = sections.access
        keyPolicy = sections.keyPolicy
    }
}

/// The top level of the file. Each section is read whatever became of the ones before it.
private struct Sections {
    let socket: ServiceConfiguration.Socket
    let limits: ServiceConfiguration.Limits
    let journal: ServiceConfiguration.Journal
    let inventory: ServiceConfiguration.Inventory
    let checkpoints: ServiceConfiguration.Checkpoints?
    let tokens: [ServiceConfiguration.Token]
    let authorities: [ServiceConfiguration.Authority]
    let profiles: [Profile]
    let access: [AccessRule]
    let keyPolicy: KeyPolicy

    /// `nil` where a problem was noted that left a section without a value.
    init?(_ file: MappingReader, version: Int, methods: [String]) {
        file.required("version") { node in
            guard let found = node.wholeNumber(in: 1...Int.max) else { return }
            if found != version { node.refuse("is \(found); this program reads version \(version)") }
        }
        let declarations = Declarations()
        let socket = file.optional("socket", default: .default) { $0.socket() }
        let limits = file.optional("limits", default: .default) { $0.limits() }
        let journal = file.required("journal") { $0.journal() }
        let inventory = file.optional("inventory") { $0.inventory() }
        let tokens = file.required("tokens") { $0.tokens(declaring: declarations) }
        checkpoints = file.optional("checkpoints") { $0.checkpoints(declarations) }
        let authorities = file.required("authorities") { $0.authorities(declaring: declarations) }
        let profiles = file.optional("profiles", default: []) { $0.profiles(declaring: declarations) }
        let access = file.optional("access", default: [.ownUser]) { node in
            node.accessRules(methods: methods, declarations: declarations)
        }
        keyPolicy = KeyPolicy(blockedKeys: file.optional("blockedKeys", default: []) { $0.blockedKeys() })
        limits.check(against: socket, in: file)
        guard let journal, let tokens, let authorities else { return nil }
        self.socket = socket
        self.limits = limits
        self.journal = journal
        self.inventory = inventory ?? .default(beside: journal)
        self.tokens = tokens
        self.authorities = authorities
        self.profiles = profiles
        self.access = access
    }
}
