import Crypto
import DERCoding
package import Timekeeping

/// What operators confirm: everything that a ceremony was given, and what is going to be signed, each by its SHA-256. It is a text of
/// fixed lines, which any tool signs.
package struct Statement: Hashable, Sendable {
    package let act: String
    /// When it was prepared.
    package let time: Instant
    /// Files of the ceremony's folder, in their order.
    package let inputs: [(name: String, hash: String)]
    /// Of what is going to be signed.
    package let toBeSigned: String

    package init(act: String, time: Instant, inputs: [(name: String, octets: [UInt8])], toBeSigned: [UInt8]) {
        self.act = act
        self.time = time
        self.inputs = inputs.map { ($0.name, Self.hash($0.octets)) }
        self.toBeSigned = Self.hash(toBeSigned)
    }

    package var text: String {
        let lines =
            ["countersign ceremony, version 1", "act: \(act)", "prepared: \(time)"]
            + inputs.map { "\($0.name): \($0.hash)" } + ["to be signed: \(toBeSigned)"]
        return lines.map { $0 + "\n" }.joined()
    }

    /// When a statement was prepared, by its third line.
    static func time(of text: [UInt8]) -> Instant? {
        let lines = String(decoding: text, as: UTF8.self).split(separator: "\n")
        let prefix = "prepared: "
        guard lines.count > 2, lines[2].hasPrefix(prefix) else { return nil }
        return try? Instant(rfc3339: String(lines[2].dropFirst(prefix.count)))
    }

    /// SHA-256 in lower-case hexadecimal.
    package static func hash(_ octets: [UInt8]) -> String { Array(SHA256.hash(data: octets)).hex }

    package static func == (left: Statement, right: Statement) -> Bool { left.text == right.text }
    package func hash(into hasher: inout Hasher) { hasher.combine(text) }
}
