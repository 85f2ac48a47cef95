import Timekeeping

extension NodeReader {
    func checkpoints(_ declarations: Declarations) -> ServiceConfiguration.Checkpoints? {
        mapping { checkpoints in
            let token = checkpoints.required("token") { declarations.tokens.resolve($0, "token") }
            let key = checkpoints.required("key") { $0.keyURI() }
            let publicKey = checkpoints.required("publicKey") { $0.filePath() }
            let interval = checkpoints.optional("interval", default: .hour) { $0.lifetime() }
            let file = checkpoints.required("file") { $0.filePath() }
            guard let token, let key, let publicKey, let file else { return nil }
            return ServiceConfiguration.Checkpoints(
                tokenName: token.spelling, keyURI: key, publicKeyPath: publicKey, interval: interval, file: file)
        }
    }

    func inventory() -> ServiceConfiguration.Inventory? {
        mapping { inventory in
            inventory.required("file") { $0.filePath() }.map { ServiceConfiguration.Inventory(file: $0) }
        }
    }
}

extension ServiceConfiguration.Inventory {
    /// Beside the journal's folder.
    static func `default`(beside journal: ServiceConfiguration.Journal) -> ServiceConfiguration.Inventory {
        ServiceConfiguration.Inventory(file: journal.parent + "/inventory.sqlite")
    }
}

extension ServiceConfiguration.Journal {
    /// The folder that the journal's own is in, without a slash at its end.
    fileprivate var parent: String {
        let folder = directory.split(separator: "/").dropLast().joined(separator: "/")
        return folder.isEmpty ? "" : "/" + folder
    }
}

extension ServiceConfiguration {
    /// Where it is noted that a token's PIN was refused: beside the journal's folder.
    package var latchFolder: String { journal.parent + "/pin-latches" }
}
