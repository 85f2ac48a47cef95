import Timekeeping

extension NodeReader {
    /// - Parameter files: the files of other authorities' CRLs.
    func crl(besides files: inout Set<String>) -> ServiceConfiguration.CRL? {
        var known = files
        defer { files = known }
        return mapping { crl in
            let file = crl.required("file") { node -> String? in
                guard let path = node.filePath() else { return nil }
                if !known.insert(path).inserted { node.refuse("is the file of another authority's CRL") }
                return path
            }
            let validity = crl.optional("validity", default: .week) { $0.lifetime() }
            let interval = crl.optional("interval", default: min(.day, validity.half)) { $0.lifetime() }
            if interval >= validity {
                refuse(
                    "has an interval of \(interval) and a validity of \(validity): each CRL would expire before the next"
                )
            }
            let onRevocation = crl.optional("onRevocation", default: true) { $0.boolean() }
            let firstNumber = crl.optional("firstNumber", default: 1) { $0.wholeNumber(in: 1...Int.max) }
            guard let file else { return nil }
            return ServiceConfiguration.CRL(
                file: file, validity: validity, interval: interval, onRevocation: onRevocation,
                firstNumber: UInt64(clamping: firstNumber))
        }
    }

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
        let folder = journal.directory.split(separator: "/").dropLast().joined(separator: "/")
        return ServiceConfiguration.Inventory(file: (folder.isEmpty ? "" : "/" + folder) + "/inventory.sqlite")
    }
}

extension Lifetime {
    fileprivate var half: Lifetime { Lifetime(seconds: seconds / 2) ?? .zero }
}
