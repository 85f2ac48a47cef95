import Console
import Crypto
import Glibc
import Issuance
import PublicKeys
import Timekeeping

extension Ceremony {
    package static let transcriptName = "transcript.txt"

    /// What was done, by whom, with what: a text that the operators sign when they have read it.
    func transcript(
        of der: [UInt8], by identity: [(name: String, value: String)], _ operators: [Int], at time: Instant
    ) -> String {
        var lines = lines(of: der, signed: time)
        lines += identity
        lines += operators.map { ("confirmed by", Self.operatorName($0)) }
        lines.append(("on", "\(Self.host), uid \(getuid())"))
        return "countersign ceremony transcript, version 1\n"
            + lines.map { "\($0.0.printable): \($0.1.printable)\n" }.joined()
    }

    /// What follows from the folder and the journal.
    private func lines(of der: [UInt8], signed time: Instant?) -> [(String, String)] {
        let lines = [
            ("ceremony", statement.act), ("statement", Statement.hash(Array(statement.text.utf8))),
            ("to be signed", hash), ("prepared", "\(statement.time)"),
            (outcomeName, Statement.hash(der) + " (of its DER)"),
        ]
        return lines + (time.map { [("signed", "\($0)")] } ?? [])
    }

    private static var host: String {
        var name = [CChar](repeating: 0, count: 256)
        guard unsafe gethostname(&name, name.count - 1) == 0 else { return "an unknown host" }
        return String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// What is found in a ceremony's folder afterwards.
    package struct Finding: Sendable {
        package let isSigned: Bool
        /// Files of the operators' keys.
        package let confirmedBy: [String]
        package let transcriptSignedBy: [String]
    }

    /// Checks that what was signed is what was prepared and confirmed, and on record, and that the transcript says so.
    ///
    /// - Parameter signatures: what is said to be operators' signatures of the transcript, and the files that it is from.
    /// - Throws: `CeremonyError` with what does not hold, among others.
    package func check(_ signatures: [(path: String, octets: [UInt8])]) throws -> Finding {
        let confirmed = try confirmed()
        guard let (der, time) = try done() else {
            if !signatures.isEmpty { _ = try folder.require(Self.transcriptName) }
            return Finding(isSigned: false, confirmedBy: confirmed.map(Self.operatorName), transcriptSignedBy: [])
        }
        let written = try folder.require(outcomeName)
        guard written == outcome(der) else {
            throw CeremonyError.changed(path: folder.path(of: outcomeName))
        }
        let text = try folder.require(Self.transcriptName)
        let found = String(decoding: text, as: UTF8.self).split(separator: "\n")
        // What can be known of it here; key, token and library are what those who signed it vouch for.
        for line in lines(of: der, signed: time) + confirmed.map({ ("confirmed by", Self.operatorName($0)) }) {
            guard found.contains(Substring("\(line.0.printable): \(line.1.printable)")) else {
                throw CeremonyError.changed(path: folder.path(of: Self.transcriptName))
            }
        }
        guard found.count(where: { $0.hasPrefix("confirmed by: ") }) == confirmed.count else {
            throw CeremonyError.changed(path: folder.path(of: Self.transcriptName))
        }
        let keys = try inputs.operatorKeys()
        var signers: [Int] = []
        for (path, octets) in signatures {
            guard let index = keys.firstIndex(where: { $0.hasSigned(text, octets) }) else {
                throw CeremonyError.input(
                    path: path,
                    reason: "is no signature of \(folder.path(of: Self.transcriptName)) by a key of the plan")
            }
            if !signers.contains(index) { signers.append(index) }
        }
        return Finding(
            isSigned: true, confirmedBy: confirmed.map(Self.operatorName),
            transcriptSignedBy: signers.map(Self.operatorName))
    }

    static func operatorName(_ index: Int) -> String { "operator-\(index + 1).pem" }
}
