import FoundationEssentials
import JSONRPC
import Timekeeping

extension JSONValue {
    func text(_ lengths: ClosedRange<Int> = 1...Int.max) throws(Misfit) -> String {
        guard case .string(let text) = self else { throw Misfit("has to be a string") }
        // JSON Schema counts characters as Unicode code points.
        let count = text.utf8.count <= lengths.upperBound ? text.utf8.count : text.unicodeScalars.count
        guard count >= lengths.lowerBound else { throw Misfit("may not be empty") }
        guard count <= lengths.upperBound else { throw Misfit("is longer than \(lengths.upperBound) characters") }
        return text
    }

    func uuid() throws(Misfit) -> UUID {
        let text = try text()
        // Foundation's reader stops at a NUL and takes blanks and signs: the form is checked here (RFC 9562 § 4).
        guard Self.hasFormOfUUID(text), let uuid = UUID(uuidString: text) else {
            throw Misfit("has to be a UUID such as 3c90c3cc-0d44-4b50-8888-8dd25736052a")
        }
        return uuid
    }

    /// 8-4-4-4-12 hexadecimal digits.
    private static func hasFormOfUUID(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        guard bytes.count == 36 else { return false }
        return bytes.enumerated().allSatisfy { index, byte in
            switch index {
            case 8, 13, 18, 23: byte == UInt8(ascii: "-")
            default: Character(Unicode.Scalar(byte)).isHexDigit
            }
        }
    }

    func lifetime() throws(Misfit) -> Lifetime {
        let text = try text()
        do { return try Lifetime(parsing: text) } catch { throw Misfit(error.description) }
    }

    func instant() throws(Misfit) -> Instant {
        let text = try text()
        do { return try Instant(rfc3339: text) } catch { throw Misfit(error.description) }
    }

    func integer(atLeast minimum: Int64) throws(Misfit) -> Int {
        guard case .number(let number) = self, let value = number.integer, value >= minimum,
            let value = Int(exactly: value)
        else { throw Misfit("has to be an integer of at least \(minimum)") }
        return value
    }

    func integer(_ range: ClosedRange<Int64>) throws(Misfit) -> Int64 {
        guard case .number(let number) = self, let value = number.integer, range.contains(value) else {
            throw Misfit("has to be an integer from \(range.lowerBound) to \(range.upperBound)")
        }
        return value
    }

    /// One of the names of a type.
    func choice<Value: RawRepresentable<String> & CaseIterable>() throws(Misfit) -> Value {
        guard let value = Value(rawValue: try text()) else {
            throw Misfit("has to be one of \(Value.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        return value
    }
}
