/// Walks over a text line by line and takes its blocks apart.
struct PEMScanner {
    private let bytes: [UInt8]
    private var position = 0

    private static let begin = Array("-----BEGIN ".utf8)
    private static let end = Array("-----END ".utf8)
    private static let dashes = Array("-----".utf8)

    init(_ text: String) {
        bytes = Array(text.utf8)
    }

    /// `nil` at the end of the text.
    mutating func nextBlock(_ surroundings: PEM.Surroundings) throws(PEMError) -> PEMBlock? {
        guard let label = try openingLabel(surroundings) else { return nil }
        let bodyStart = position
        while position < bytes.count {
            let lineStart = position
            let line = takeLine()
            guard line.first == UInt8(ascii: "-") else { continue }
            // A boundary within a block that is not its END: the END line has been lost.
            guard line.starts(with: Self.end) else {
                throw line.starts(with: Self.begin) ? .endMissing : .malformedBoundary
            }
            guard let endLabel = Self.label(of: line, after: Self.end) else { throw .malformedBoundary }
            guard endLabel == label else { throw .labelsDiffer }
            return PEMBlock(label: label, der: try Base64.decode(bytes[bodyStart..<lineStart]))
        }
        throw .endMissing
    }

    /// Passes over what stands before the next block; the position is then behind its BEGIN line.
    private mutating func openingLabel(_ surroundings: PEM.Surroundings) throws(PEMError) -> String? {
        while position < bytes.count {
            let line = takeLine()
            if line.starts(with: Self.begin) {
                guard let label = Self.label(of: line, after: Self.begin) else { throw .malformedBoundary }
                return label
            }
            guard line.allSatisfy({ [UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r")].contains($0) }) else {
                if surroundings == .anyText, !line.starts(with: Self.end) { continue }
                throw .textOutside
            }
        }
        return nil
    }

    /// The line at the position, without its LF or CRLF; the position moves behind it.
    private mutating func takeLine() -> ArraySlice<UInt8> {
        let lineStart = position
        var lineEnd = position
        while lineEnd < bytes.count, bytes[lineEnd] != PEM.newline { lineEnd &+= 1 }
        position = Swift.min(lineEnd + 1, bytes.count)
        let line = bytes[lineStart..<lineEnd]
        return line.last == UInt8(ascii: "\r") ? line.dropLast() : line
    }

    /// RFC 7468 § 3: `label = [ labelchar *( ["-" / SP] labelchar ) ]`, upper-case letters and digits in every one in use.
    private static func label(of line: ArraySlice<UInt8>, after prefix: [UInt8]) -> String? {
        let rest = line.dropFirst(prefix.count)
        guard rest.count > dashes.count, rest.suffix(dashes.count).elementsEqual(dashes) else { return nil }
        let label = rest.dropLast(dashes.count)
        let isLabelCharacter = { (byte: UInt8) in
            (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
                || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
        }
        guard
            let first = label.first, isLabelCharacter(first), let last = label.last, isLabelCharacter(last),
            label.allSatisfy({ isLabelCharacter($0) || $0 == UInt8(ascii: " ") })
        else { return nil }
        return String(decoding: label, as: UTF8.self)
    }
}
