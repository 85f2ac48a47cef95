extension JSONParser {
    /// string = quotation-mark *char quotation-mark (RFC 8259 § 7). A run without escapes is copied once, in one go.
    mutating func string() throws(JSONSyntaxError) -> String {
        position += 1
        let start = position
        position = text.span.endOfPlainRun(from: start)
        if next == UInt8(ascii: "\"") {
            defer { position += 1 }
            return try validated(text.span.extracting(start..<position), from: start)
        }
        let text = text
        unescaped.removeAll(keepingCapacity: true)
        var run = start
        while true {
            unescaped.append(copying: text.span.extracting(run..<position))
            guard position < text.count else { throw error(.unexpectedEnd) }
            switch text[position] {
            case UInt8(ascii: "\""):
                defer { position += 1 }
                return try validated(unescaped.span, from: start)
            case UInt8(ascii: "\\"): try escape()
            default: throw error(.controlCharacter)
            }
            run = position
            position = text.span.endOfPlainRun(from: run)
        }
    }

    /// The string's text; what stands outside strings is ASCII by the grammar, so this is all of the UTF-8 there is.
    private func validated(_ bytes: Span<UInt8>, from start: Int) throws(JSONSyntaxError) -> String {
        do {
            return String(copying: try UTF8Span(validating: bytes))
        } catch {
            // Escapes are ASCII and stand for whole characters: as written, the string is wrong at the same character.
            let written = text.span.extracting(start..<position)
            var offset = start
            do { _ = try UTF8Span(validating: written) } catch { offset += error.byteOffsets.lowerBound }
            throw JSONSyntaxError(reason: .invalidUTF8, offset: offset)
        }
    }

    /// escape ( %x22 / %x5C / %x2F / b / f / n / r / t / u 4HEXDIG )
    private mutating func escape() throws(JSONSyntaxError) {
        let start = position
        position += 1
        let byte = next
        switch byte {
        case UInt8(ascii: "n"): unescaped.append(0x0A)
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): unescaped.append(byte)
        case UInt8(ascii: "r"): unescaped.append(0x0D)
        case UInt8(ascii: "t"): unescaped.append(0x09)
        case UInt8(ascii: "b"): unescaped.append(0x08)
        case UInt8(ascii: "f"): unescaped.append(0x0C)
        case UInt8(ascii: "u"):
            position += 1
            return try unicodeEscape(from: start)
        default:
            guard position < text.count else { throw error(.unexpectedEnd) }
            throw JSONSyntaxError(reason: .invalidEscape, offset: start)
        }
        position += 1
    }

    /// Four digits, or a high surrogate's four and the escape of its low one.
    private mutating func unicodeEscape(from start: Int) throws(JSONSyntaxError) {
        let unit = try fourHexDigits()
        var scalar = unit
        if unit & 0xFC00 == 0xD800, next == UInt8(ascii: "\\") {
            position += 1
            guard next == UInt8(ascii: "u") else { throw JSONSyntaxError(reason: .loneSurrogate, offset: start) }
            position += 1
            let low = try fourHexDigits()
            guard low & 0xFC00 == 0xDC00 else { throw JSONSyntaxError(reason: .loneSurrogate, offset: start) }
            scalar = 0x1_0000 + ((unit & 0x3FF) << 10 | (low & 0x3FF))
        }
        // No scalar is a surrogate: what is left of one here has no other half.
        guard let scalar = Unicode.Scalar(scalar) else {
            throw JSONSyntaxError(reason: .loneSurrogate, offset: start)
        }
        unescaped.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
    }

    private mutating func fourHexDigits() throws(JSONSyntaxError) -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<4 {
            let digit: UInt8
            switch next {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = next - UInt8(ascii: "0")
            case UInt8(ascii: "a")...UInt8(ascii: "f"): digit = next - UInt8(ascii: "a") + 10
            case UInt8(ascii: "A")...UInt8(ascii: "F"): digit = next - UInt8(ascii: "A") + 10
            default: throw expected("a hexadecimal digit")
            }
            value = value << 4 | UInt32(digit)
            position += 1
        }
        return value
    }
}
