/// The base64 of PEM (RFC 4648 § 4), table-driven: a certificate is encoded for every one that is issued.
enum Base64 {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    private static let padding = UInt8(ascii: "=")
    private static let charactersInLine = 64

    /// No six bits: not of the alphabet.
    private static let none: UInt8 = 0xff
    private static let values: [UInt8] = {
        var values = [UInt8](repeating: none, count: 256)
        for (value, character) in alphabet.enumerated() { values[Int(character)] = UInt8(value) }
        return values
    }()

    /// Writes lines of 64 characters at `start`; the room for them is there, and holds the newlines already.
    static func encode(_ octets: [UInt8], into text: inout [UInt8], at start: Int) {
        let alphabet = alphabet.span
        let octets = octets.span
        var text = text.mutableSpan
        var (from, to, column) = (0, start, 0)
        while from &+ 2 < octets.count {
            let group = Int(octets[from]) << 16 | Int(octets[from &+ 1]) << 8 | Int(octets[from &+ 2])
            text[to] = alphabet[group >> 18]
            text[to &+ 1] = alphabet[group >> 12 & 63]
            text[to &+ 2] = alphabet[group >> 6 & 63]
            text[to &+ 3] = alphabet[group & 63]
            from &+= 3
            to &+= 4
            column &+= 4
            if column == charactersInLine {
                column = 0
                to &+= 1
            }
        }
        guard from < octets.count else { return }
        let hasTwo = from &+ 1 < octets.count
        let group = Int(octets[from]) << 16 | (hasTwo ? Int(octets[from &+ 1]) << 8 : 0)
        text[to] = alphabet[group >> 18]
        text[to &+ 1] = alphabet[group >> 12 & 63]
        text[to &+ 2] = hasTwo ? alphabet[group >> 6 & 63] : padding
        text[to &+ 3] = padding
    }

    /// Reads lines of base64, each ending in LF or CRLF; `text` starts with the first character of a line and ends with
    /// the end of a line.
    static func decode(_ text: ArraySlice<UInt8>) throws(PEMError) -> [UInt8] {
        let (text, values) = (text.span, values.span)
        var octets: [UInt8] = []
        octets.reserveCapacity(text.count / 4 * 3)
        var tail = Tail()
        var (index, lineStart) = (0, 0)
        while index < text.count {
            // Whole groups within a line; what is anything else is for the code below.
            while tail.isEmpty, index &+ 3 < text.count {
                let (a, b) = (values[Int(text[index])], values[Int(text[index &+ 1])])
                let (c, d) = (values[Int(text[index &+ 2])], values[Int(text[index &+ 3])])
                guard a | b | c | d < 64 else { break }
                octets.append(a << 2 | b >> 4)
                octets.append(b << 4 | c >> 2)
                octets.append(c << 6 | d)
                index &+= 4
            }
            guard index < text.count else { break }
            let byte = text[index]
            switch byte {
            case UInt8(ascii: "\r"), PEM.newline:
                guard index > lineStart else { throw .whiteSpaceInside }
                if byte == UInt8(ascii: "\r") {
                    index &+= 1
                    guard index < text.count, text[index] == PEM.newline else { throw .notBase64 }
                }
                lineStart = index &+ 1
            case UInt8(ascii: " "), UInt8(ascii: "\t"):
                throw .whiteSpaceInside
            default:
                try tail.take(byte, value: values[Int(byte)], into: &octets)
            }
            index &+= 1
        }
        try tail.finish(into: &octets)
        guard !octets.isEmpty else { throw .empty }
        return octets
    }

    /// The characters of a group that is not yet whole.
    private struct Tail {
        private var group: UInt32 = 0
        private var count = 0
        private var paddingCount = 0

        var isEmpty: Bool { count == 0 && paddingCount == 0 }

        mutating func take(_ character: UInt8, value: UInt8, into octets: inout [UInt8]) throws(PEMError) {
            guard value != Base64.none else {
                guard character == Base64.padding else { throw .notBase64 }
                // Four are wrong however many octets they follow, and more would only be counted.
                guard paddingCount < 4 else { throw .wrongPadding }
                paddingCount += 1
                return
            }
            guard paddingCount == 0 else { throw .wrongPadding }
            group = group << 6 | UInt32(value)
            count += 1
            if count == 4 {
                octets.append(UInt8(truncatingIfNeeded: group >> 16))
                octets.append(UInt8(truncatingIfNeeded: group >> 8))
                octets.append(UInt8(truncatingIfNeeded: group))
                (group, count) = (0, 0)
            }
        }

        /// RFC 4648 § 3.2 and § 3.5: as many `=` as fill the last group, and no bit set that no octet needs.
        func finish(into octets: inout [UInt8]) throws(PEMError) {
            switch (count, paddingCount) {
            case (0, 0):
                return
            case (2, 2):
                guard group & 0xf == 0 else { throw .trailingBits }
                octets.append(UInt8(truncatingIfNeeded: group >> 4))
            case (3, 1):
                guard group & 0x3 == 0 else { throw .trailingBits }
                octets.append(UInt8(truncatingIfNeeded: group >> 10))
                octets.append(UInt8(truncatingIfNeeded: group >> 2))
            default:
                throw .wrongPadding
            }
        }
    }
}
