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
        var lines = [
            ("ceremony", statement.act), ("statement", Statement.hash(Array(statement.text.utf8))),
            ("to be signed", hash), ("prepared", "\(statement.time)"), ("signed", "\(time)"),
            (outcomeName, Statement.hash(der) + " (of its DER)"),
        ]
        lines += identity
        lines += operators.map { ("confirmed by", Self.operatorName($0)) }
        lines.append(("on", "\(Self.host), uid \(getuid())"))
        return "countersign ceremony transcript, version 1\n"
            + lines.map { "\($0.0.printable): \($0.1.printable)\n" }.joined()
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
        guard let der = try done() else {
            if !signatures.isEmpty { _ = try folder.require(Self.transcriptName) }
            return Finding(isSigned: false, confirmedBy: [], transcriptSignedBy: [])
        }
        let written = try folder.require(outcomeName)
        guard written == outcome(der) else {
            throw CeremonyError.changed(path: folder.path(of: outcomeName))
        }
        let text = try folder.require(Self.transcriptName)
        let lines = String(decoding: text, as: UTF8.self).split(separator: "\n")
        for line in ["to be signed: \(hash)", "\(outcomeName): \(Statement.hash(der)) (of its DER)"] {
            guard lines.contains(Substring(line)) else {
                throw CeremonyError.changed(path: folder.path(of: Self.transcriptName))
            }
        }
        let keys = try inputs.operatorKeys()
        var signers: [Int] = []
        for (path, octets) in signatures {
            guard let index = keys.firstIndex(where: { $0.hasSigned(text, octets) }) else {
                throw CeremonyError.input(
                    path: path,
                    reason: "is no signature of \(folder.path(of: Self.transcriptName)) by a key of the plan")
            }
            signers.append(index)
        }
        return Finding(
            isSigned: true, confirmedBy: try confirmedBy([]).map(Self.operatorName),
            transcriptSignedBy: signers.map(Self.operatorName))
    }

    static func operatorName(_ index: Int) -> String { "operator-\(index + 1).pem" }
}
