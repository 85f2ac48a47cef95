/// Why a text is not strict JSON, and where.
package struct JSONSyntaxError: Error, Hashable, Sendable, CustomStringConvertible {
    package enum Reason: Hashable, Sendable {
        case tooLong(maximum: Int)
        case tooDeep(maximum: Int)
        case unexpectedEnd
        /// What the grammar has here, such as "a value" or "',' or '}'".
        case expected(String)
        case trailingBytes
        case byteOrderMark
        case invalidUTF8
        case controlCharacter
        case invalidEscape
        case loneSurrogate
        case duplicateName
    }

    package let reason: Reason
    /// From the start of the text, in bytes, the first being 0.
    package let offset: Int

    package init(reason: Reason, offset: Int) {
        self.reason = reason
        self.offset = offset
    }

    package var description: String {
        let phrase =
            switch reason {
            case .tooLong(let maximum): "the text is longer than \(maximum) bytes"
            case .tooDeep(let maximum): "arrays and objects are nested deeper than \(maximum)"
            case .unexpectedEnd: "the text ends too early"
            case .expected(let what): "expected \(what)"
            case .trailingBytes: "something follows the value"
            case .byteOrderMark: "the text begins with a byte order mark"
            case .invalidUTF8: "invalid UTF-8"
            case .controlCharacter: "a control character in a string has to be escaped"
            case .invalidEscape: "no such escape"
            case .loneSurrogate: "an escaped surrogate without its other half"
            case .duplicateName: "a second member of the same name"
            }
        return "\(phrase), at byte \(offset)"
    }
}
