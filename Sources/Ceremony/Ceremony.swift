package import Configuration
import Crypto
import DERCoding
import Issuance
import Ledger
package import PublicKeys
package import Timekeeping

/// One use of a CA's key under the eyes of people: prepared to the octet, explained, confirmed, signed once and on record, verified, and
/// written down.
///
/// Its folder has all that it goes by. Nothing in it is ever overwritten, and what was prepared is built again before the key is used: a
/// file that somebody changed in between is found.
package struct Ceremony: Sendable {
    package let folder: CeremonyFolder
    package let statement: Statement
    let inputs: CeremonyInputs
    let toBeSigned: [UInt8]

    static let preparedName = "prepared.der"
    package static let statementName = "statement.txt"

    /// Draws serial number and dates, builds and lints what is going to be signed, and keeps it in a new folder.
    ///
    /// - Parameters:
    ///   - path: of the folder, which must not be there; the one around it has to be.
    ///   - publicKey: of the key that is going to sign.
    ///   - certifiedKey: of the CA that is certified, where the plan names its key.
    /// - Throws: `CeremonyError`, `IssuanceError`, `IssuerError`.
    package static func prepare(
        _ plan: CeremonyPlan, in path: String, publicKey: PublicKey, certifiedKey: PublicKey? = nil,
        clock: WallClock = .system
    ) throws -> Ceremony {
        let inputs = try CeremonyInputs(plan, publicKey: publicKey, certifiedKey: certifiedKey)
        // Whoever cannot confirm is to be known before there is something to confirm.
        _ = try inputs.operatorKeys()
        let drawn = Prepared.Drawn.now(clock)
        let toBeSigned = try Prepared(inputs, drawn: drawn).toBeSigned
        // What could not be read back when it is signed is not begun with.
        guard toBeSigned.count <= CeremonyFolder.maximumSize - (1 << 14) else {
            throw CeremonyError.input(
                path: CeremonyInputs.planName,
                reason: "what would be signed has \(toBeSigned.count >> 20) MiB, which is more than a ceremony holds")
        }
        try checkBook(inputs, at: drawn.notBefore)
        let statement = Statement(
            act: plan.act.name, time: drawn.notBefore, inputs: inputs.files, toBeSigned: toBeSigned)
        let folder = try CeremonyFolder.create(path)
        // The statement is the last: a folder without it was never prepared.
        let files = inputs.files + [(preparedName, toBeSigned), (statementName, Array(statement.text.utf8))]
        do throws(CeremonyError) {
            for (name, octets) in files { try folder.write(octets, as: name) }
        } catch {
            folder.discard(files.map(\.name))
            throw error
        }
        return Ceremony(folder: folder, statement: statement, inputs: inputs, toBeSigned: toBeSigned)
    }

    private init(folder: CeremonyFolder, statement: Statement, inputs: CeremonyInputs, toBeSigned: [UInt8]) {
        (self.folder, self.statement, self.inputs, self.toBeSigned) = (folder, statement, inputs, toBeSigned)
    }

    /// Takes up what was prepared.
    ///
    /// - Throws: `CeremonyError`: `.changed` where a file is not what the statement says.
    package init(_ folder: CeremonyFolder) throws(CeremonyError) {
        guard let text = try folder.read(Self.statementName) else {
            guard CeremonyFolder.isAbsent(folder.path(of: "journal")) else {
                throw .missing(path: folder.path(of: Self.statementName))
            }
            throw .unprepared(directory: folder.path)
        }
        let inputs = try CeremonyInputs(folder)
        let toBeSigned = try folder.require(Self.preparedName)
        guard let time = Statement.time(of: text) else { throw .changed(path: folder.path(of: Self.statementName)) }
        let lines = String(decoding: text, as: UTF8.self).split(separator: "\n")
        for (name, octets) in inputs.files + [("to be signed", toBeSigned)] {
            guard lines.contains(Substring("\(name): \(Statement.hash(octets))")) else {
                throw .changed(path: folder.path(of: name == "to be signed" ? Self.preparedName : name))
            }
        }
        let statement = Statement(act: inputs.plan.act.name, time: time, inputs: inputs.files, toBeSigned: toBeSigned)
        guard Array(statement.text.utf8) == text else { throw .changed(path: folder.path(of: Self.statementName)) }
        self.init(folder: folder, statement: statement, inputs: inputs, toBeSigned: toBeSigned)
    }

    package var plan: CeremonyPlan { inputs.plan }

    /// SHA-256 of what is going to be signed, which a person confirms.
    package var hash: String { statement.toBeSigned }

    /// What is going to be signed, built anew from the copies in the folder.
    ///
    /// - Throws: `CeremonyError.changed` where that is not, to the octet, what was prepared.
    func prepared() throws -> Prepared {
        let drawn = Prepared.Drawn(preparedAt: statement.time, toBeSigned)
        let prepared = try Prepared(inputs, drawn: drawn)
        guard prepared.toBeSigned == toBeSigned else {
            throw CeremonyError.changed(path: folder.path(of: Self.preparedName))
        }
        return prepared
    }

    /// What is going to be signed, in words.
    ///
    /// - Throws: `IssuerError`.
    package func explanation() throws -> [(name: String, value: String)] {
        switch plan.act {
        case .createIntermediate: try CertificateExplanation.lines(requestInformation: toBeSigned)
        case .signCRL: try CertificateExplanation.lines(crl: toBeSigned)
        case .createRoot, .createBelow, .signCSR, .crossSign: try CertificateExplanation.lines(tbs: toBeSigned)
        }
    }

    /// The name of the file that comes of it.
    package var outcomeName: String {
        switch plan.act {
        case .createIntermediate: "request.pem"
        case .signCRL: "crl.der"
        case .createRoot, .createBelow, .signCSR, .crossSign: "certificate.pem"
        }
    }

    /// What is in that file: PEM, but for a CRL, which web servers serve in DER (RFC 5280 § 4.2.1.13).
    func outcome(_ der: [UInt8]) -> [UInt8] {
        switch plan.act {
        case .createIntermediate: Array(PEM.encode(der, label: "CERTIFICATE REQUEST").utf8)
        case .signCRL: der
        case .createRoot, .createBelow, .signCSR, .crossSign: Array(PEM.encode(der, label: "CERTIFICATE").utf8)
        }
    }
}
