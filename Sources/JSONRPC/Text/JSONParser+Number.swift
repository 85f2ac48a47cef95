extension JSONParser {
    /// number = [ minus ] int [ frac ] [ exp ] (RFC 8259 § 6)
    mutating func number() throws(JSONSyntaxError) -> JSONNumber {
        let start = position
        if next == UInt8(ascii: "-") { position += 1 }
        // int = zero / ( digit1-9 *DIGIT )
        if next == UInt8(ascii: "0") { position += 1 } else { try digits() }
        // frac = decimal-point 1*DIGIT
        if next == UInt8(ascii: ".") {
            position += 1
            try digits()
        }
        // exp = e [ minus / plus ] 1*DIGIT
        if next == UInt8(ascii: "e") || next == UInt8(ascii: "E") {
            position += 1
            if next == UInt8(ascii: "+") || next == UInt8(ascii: "-") { position += 1 }
            try digits()
        }
        return JSONNumber(validated: String(decoding: text[start..<position], as: UTF8.self))
    }

    /// 1*DIGIT
    private mutating func digits() throws(JSONSyntaxError) {
        let start = position
        while (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(next) { position += 1 }
        guard position > start else { throw expected("a digit") }
    }
}
