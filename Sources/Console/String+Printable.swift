extension String {
    /// A stranger's text for a terminal: what could move its cursor, begin a line, hide or turn the text around it is written as its
    /// number, such as `\u{1b}`.
    package var printable: String {
        guard unicodeScalars.contains(where: \.isUnprintable) else { return self }
        var text = ""
        for scalar in unicodeScalars {
            if scalar.isUnprintable {
                text += "\\u{\(String(scalar.value, radix: 16))}"
            } else {
                text.unicodeScalars.append(scalar)
            }
        }
        return text
    }

    /// The same for a JSON text: escapes stand for what they replace, so its value remains (RFC 8259 § 7).
    package var printableJSON: String {
        guard unicodeScalars.contains(where: \.isUnprintable) else { return self }
        var text = ""
        for scalar in unicodeScalars {
            if scalar.isUnprintable {
                for unit in String(scalar).utf16 {
                    let digits = String(unit, radix: 16)
                    text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
                }
            } else {
                text.unicodeScalars.append(scalar)
            }
        }
        return text
    }

    /// At most `count` characters, of which the last is an ellipsis where some are left out.
    package func shortened(to count: Int) -> String {
        self.count > count ? prefix(max(0, count - 1)) + "…" : self
    }
}

extension Unicode.Scalar {
    /// Controls, what directs the text around it, line ends, what has no agreed look, and what shows as nothing.
    fileprivate var isUnprintable: Bool {
        guard !(0x20..<0x7f).contains(value) else { return false }
        switch properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse, .unassigned: return true
        default: return properties.isDefaultIgnorableCodePoint
        }
    }
}
