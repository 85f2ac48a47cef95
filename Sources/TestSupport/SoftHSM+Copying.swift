import FoundationEssentials

extension SoftHSM {
    /// Copies tokens into a store of their own, for child processes: SoftHSM's locks between processes are not to be relied on
    /// while others write to the same store.
    ///
    /// The keys have to be complete, and what this process changes afterwards the copy does not see.
    ///
    /// - Parameter directory: where `softhsm2.conf` and `tokens` are put; nothing is done where they are already.
    package static func copy(_ tokens: [SoftHSMToken], to directory: String) throws {
        let files = FileManager.default
        guard !files.fileExists(atPath: configurationPath(directory)) else { return }
        let source = try shared().directory + "/tokens"
        try files.createDirectory(atPath: directory + "/tokens", withIntermediateDirectories: true)
        for folder in try files.contentsOfDirectory(atPath: source)
        where tokens.contains(where: { folder.replacing("-", with: "").hasSuffix($0.serial) }) {
            try files.copyItem(atPath: source + "/" + folder, toPath: directory + "/tokens/" + folder)
        }
        try writeConfiguration(to: directory)
    }

    /// What a child process needs in its environment to see the store in that folder.
    package static func environment(of directory: String) -> [String: String] {
        ["SOFTHSM2_CONF": configurationPath(directory)]
    }

    static func configurationPath(_ directory: String) -> String { directory + "/softhsm2.conf" }

    static func writeConfiguration(to directory: String) throws {
        let text = """
            directories.tokendir = \(directory)/tokens
            objectstore.backend = file
            log.level = ERROR
            slots.removable = false

            """
        try text.write(toFile: configurationPath(directory), atomically: true, encoding: .utf8)
    }
}
