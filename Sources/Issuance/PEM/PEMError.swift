/// Why a text is not the PEM that was asked for (RFC 7468).
package enum PEMError: Error, Hashable, Sendable, CaseIterable {
    case noBlock
    case severalBlocks
    case textOutside
    case unexpectedLabel
    case malformedBoundary
    case labelsDiffer
    case endMissing
    case empty
    case notBase64
    case whiteSpaceInside
    case wrongPadding
    case trailingBits
}

extension PEMError: CustomStringConvertible {
    /// A phrase that continues the name of what was read.
    package var description: String {
        switch self {
        case .noBlock: "has no line -----BEGIN …-----"
        case .severalBlocks: "has more than one PEM block"
        case .textOutside: "has text outside its PEM block"
        case .unexpectedLabel: "is PEM of another kind: its BEGIN line has another label"
        case .malformedBoundary: "has a BEGIN or END line that is not of the form -----BEGIN LABEL-----"
        case .labelsDiffer: "has an END line whose label is not that of its BEGIN line"
        case .endMissing: "has no END line: it may have been cut off"
        case .empty: "has nothing between its BEGIN and END lines"
        case .notBase64: "has a character that is not base64 between its BEGIN and END lines"
        case .whiteSpaceInside: "has a blank line or a space among its base64"
        case .wrongPadding: "has base64 whose length or '=' padding is wrong: it may have been cut off"
        case .trailingBits: "has base64 whose last character holds bits that no octet needs"
        }
    }
}
