import Yams

/// What a scalar is, where every reader of YAML 1.1 and 1.2 agrees; `doubtful` where they do not.
enum ScalarKind: Equatable {
    case text
    case nothing
    case boolean(Bool)
    case wholeNumber(Int)
    /// What some readers take it for, as a noun: it has to be quoted, or written otherwise.
    case doubtful(String)

    init(_ scalar: Node.Scalar) {
        guard scalar.style == .plain || scalar.style == .any else {
            self = .text
            return
        }
        self.init(plain: scalar.string)
    }

    /// Of a text without quotes.
    init(plain text: String) {
        switch text {
        case "", "~", "null", "Null", "NULL": self = .nothing
        case "true": self = .boolean(true)
        case "false": self = .boolean(false)
        case "=": self = .doubtful("a default key")
        default:
            if Self.booleans.contains(text.lowercased()) {
                self = .doubtful("a boolean")
            } else if text.utf8.first.map(Self.numberStart.contains) != true {
                self = .text
            } else if let number = Self.wholeNumber(text) {
                self = .wholeNumber(number)
            } else if text.wholeMatch(of: Self.octalLike) != nil {
                self = .doubtful("an octal number")
            } else if text.wholeMatch(of: Self.numberLike) != nil {
                self = .doubtful("a number")
            } else if text.wholeMatch(of: Self.dateLike) != nil {
                self = .doubtful("a date")
            } else {
                self = .text
            }
        }
    }

    /// As a noun, for the message of what was found.
    var noun: String {
        switch self {
        case .text: "a text"
        case .nothing: "nothing"
        case .boolean: "a boolean"
        case .wholeNumber: "a whole number"
        case .doubtful(let noun): noun
        }
    }

    private static let booleans: Set<String> = ["true", "false", "yes", "no", "on", "off", "y", "n"]

    /// What every number and date begins with.
    private static let numberStart = Set("0123456789+-.".utf8)

    private static func wholeNumber(_ text: String) -> Int? {
        let digits = text.utf8.first == UInt8(ascii: "-") ? text.utf8.dropFirst() : text.utf8[...]
        guard
            let first = digits.first, first != UInt8(ascii: "0") || digits.count == 1,
            digits.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) })
        else { return nil }
        return Int(text)
    }

    // Regex is not Sendable; these are cheap to make, and the file is read once.
    private static var octalLike: Regex<Substring> { /[-+]?0o?[0-7_]+/ }
    private static var numberLike: Regex<Substring> {
        /[-+]?(?:0[xXbB][0-9a-fA-F_]+|\.?[0-9][0-9_]*(?::[0-9]+)*(?:\.[0-9_]*)?(?:[eE][-+]?[0-9]+)?|\.(?:inf|nan|Inf|NaN|INF|NAN))/
    }
    private static var dateLike: Regex<Substring> { /[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:[Tt ].*)?/ }
}
