import Configuration
import PublicKeys

extension Ceremony {
    /// Those whose confirmations are in the folder, as indices of the plan's operators.
    ///
    /// - Throws: `CeremonyError.changed` for one that is not.
    func confirmed() throws(CeremonyError) -> [Int] {
        let keys = try inputs.operatorKeys()
        let message = Array(statement.text.utf8)
        var confirmed: [Int] = []
        for index in keys.indices {
            guard let octets = try folder.read(Self.confirmationName(index)) else { continue }
            guard keys[index].hasSigned(message, octets) else {
                throw .changed(path: folder.path(of: Self.confirmationName(index)))
            }
            confirmed.append(index)
        }
        return confirmed
    }

    /// Those who have confirmed, where they are enough: by a confirmation that is in the folder, or that is given now. What is given and good
    /// is kept.
    ///
    /// - Parameter given: signatures of the statement's text, and the files that they are from.
    /// - Throws: `CeremonyError`: `.confirmationInvalid`, `.confirmationsMissing`.
    @discardableResult
    package func confirmedBy(_ given: [(path: String, octets: [UInt8])]) throws(CeremonyError) -> [Int] {
        let keys = try inputs.operatorKeys()
        let message = Array(statement.text.utf8)
        var confirmed = Set(try confirmed())
        for (path, octets) in given {
            guard let index = keys.firstIndex(where: { $0.hasSigned(message, octets) }) else {
                throw .confirmationInvalid(path: path)
            }
            if confirmed.insert(index).inserted { try folder.write(octets, as: Self.confirmationName(index)) }
        }
        guard confirmed.count >= plan.operators?.required ?? 0 else {
            throw .confirmationsMissing(
                given: confirmed.count, required: plan.operators?.required ?? 0,
                statement: folder.path(of: Self.statementName))
        }
        return confirmed.sorted()
    }

    private static func confirmationName(_ index: Int) -> String { "confirmation-\(index + 1).sig" }
}

extension PublicKey {
    /// Whether a file's octets are a signature of a message, by any algorithm that fits the key.
    func hasSigned(_ message: [UInt8], _ signature: [UInt8]) -> Bool {
        SignatureAlgorithm.all.contains { $0.fits(self) && isValidSignature(signature, over: message, algorithm: $0) }
    }
}
