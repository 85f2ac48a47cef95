/// One textual encoding: what stands between a BEGIN and an END line, decoded (RFC 7468 § 2).
package struct PEMBlock: Hashable, Sendable {
    /// Such as `CERTIFICATE`.
    package let label: String
    package let der: [UInt8]

    package init(label: String, der: [UInt8]) {
        self.label = label
        self.der = der
    }
}

/// The textual encoding of DER (RFC 7468): written in its strict form, and read in it, save for the length of lines.
package enum PEM {
    /// What may stand outside the blocks.
    package enum Surroundings: Sendable {
        /// Blank lines, spaces and tabs.
        case whiteSpaceOnly
        /// Lines of any text: chain files often carry a description of each certificate (RFC 7468 § 5.2).
        case anyText
    }

    /// The BEGIN line, base64 in lines of 64 and the END line, each ending in LF.
    package static func encode(_ der: [UInt8], label: String) -> String {
        let (begin, end) = (Array("-----BEGIN \(label)-----\n".utf8), Array("-----END \(label)-----\n".utf8))
        let characters = (der.count + 2) / 3 * 4
        let lines = (characters + 63) / 64
        var text = begin
        text.reserveCapacity(begin.count + characters + lines + end.count)
        text.append(contentsOf: repeatElement(newline, count: characters + lines))
        Base64.encode(der, into: &text, at: begin.count)
        text.append(contentsOf: end)
        return String(decoding: text, as: UTF8.self)
    }

    /// Every block of `text`, in order; at least one.
    ///
    /// Lines end in LF or CRLF and may have any length, and each holds nothing but its base64. White space may stand
    /// before and after blocks.
    /// - Throws: the first fault, by its name.
    package static func decode(_ text: String, surroundings: Surroundings = .whiteSpaceOnly) throws(PEMError)
        -> [PEMBlock]
    {
        var scanner = PEMScanner(text)
        var blocks: [PEMBlock] = []
        while let block = try scanner.nextBlock(surroundings) {
            blocks.append(block)
        }
        guard !blocks.isEmpty else { throw .noBlock }
        return blocks
    }

    /// The one block of `text`, with nothing but white space around it, and one of `labels`.
    package static func decodeOne(_ text: String, labels: [String]) throws(PEMError) -> PEMBlock {
        let blocks = try decode(text)
        guard let block = blocks.first, blocks.count == 1 else { throw .severalBlocks }
        guard labels.contains(block.label) else { throw .unexpectedLabel }
        return block
    }

    static let newline = UInt8(ascii: "\n")
}
