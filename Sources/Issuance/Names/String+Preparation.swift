import Foundation

/// How values of names are compared (RFC 5280 § 7.1): prepared as RFC 4518 § 2 has it, without case. Of the standard library and
/// Foundation, only the latter knows the mappings of NFKC.
extension String {
    /// What is ignored is gone, every white space is a space and a run of them one, none at the ends, characters are in their plain
    /// form (NFKC), and case makes no difference, in whichever direction it folds. Texts that Unicode holds for the same are equal, as
    /// `String` compares.
    ///
    /// More is equal than RFC 4518 asks for: all that is ignored by default or has no shape, and ı and i.
    var prepared: String {
        guard !isPlainASCII else { return lowercased().withSingleSpaces }
        let mapped = String(UnicodeScalarView(unicodeScalars.compactMap(\.prepared)))
        // Lower case alone leaves ß and SS two, upper case alone ẞ.
        let folded = mapped.precomposedStringWithCompatibilityMapping.lowercased().uppercased().lowercased()
        return folded.precomposedStringWithCompatibilityMapping.withSingleSpaces
    }

    /// Whether RFC 4518's preparation changes more of the text than case and spaces.
    var changesWhenPrepared: Bool {
        !isPlainASCII && lowercased().unicodeScalars.contains(where: \.properties.changesWhenNFKCCaseFolded)
    }

    /// Whether a prepared text still has a character with a plain form: one of a later version of Unicode than Foundation's mappings are
    /// of. A small letter whose case folds upwards, as Cherokee's does, is none.
    var isPreparedInPart: Bool {
        !isPlainASCII
            && unicodeScalars.contains {
                $0.properties.changesWhenNFKCCaseFolded && !$0.properties.changesWhenUppercased
            }
    }

    private var isPlainASCII: Bool { utf8.allSatisfy { (0x20..<0x7f).contains($0) } }

    private var withSingleSpaces: String { split(separator: " ").joined(separator: " ") }
}

extension Unicode.Scalar {
    /// RFC 4518 § 2.2: nothing, a space, or itself.
    fileprivate var prepared: Unicode.Scalar? {
        if properties.isWhitespace || value == 0x2800 { return " " }
        switch properties.generalCategory {
        case .control, .format: return nil
        // U+FFFC OBJECT REPLACEMENT CHARACTER.
        default: return properties.isDefaultIgnorableCodePoint || value == 0xfffc ? nil : self
        }
    }
}
