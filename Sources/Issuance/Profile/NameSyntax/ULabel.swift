import Foundation

/// What an A-label may stand for by IDNA 2008: a U-label (RFC 5890 § 2.3.2.1), which is one label in one spelling.
///
/// Stricter than RFC 5892: joiners (CONTEXTJ) are in none. More lenient: the bidi rule of RFC 5893 is the registry's to keep.
enum ULabel {
    /// Whether the code points are a U-label: some beyond ASCII, each PVALID or in the context that it needs, in NFC (RFC 5891 § 5.3),
    /// no mark in front and no hyphens where a prefix has them (§ 4.2.3).
    static func isValid(_ label: [Unicode.Scalar]) -> Bool {
        guard let first = label.first, let last = label.last else { return false }
        guard label.contains(where: { !$0.isASCII }), !first.isMark, first != "-", last != "-" else { return false }
        guard !label.dropFirst(2).prefix(2).elementsEqual(["-", "-"]) else { return false }
        guard label.indices.allSatisfy({ isValid(label, at: $0) }) else { return false }
        let text = String(String.UnicodeScalarView(label))
        return text.precomposedStringWithCanonicalMapping.unicodeScalars.elementsEqual(label)
    }

    /// RFC 5892 § 3: the exceptions first, then what is unstable or ignored, then letters, marks and digits.
    private static func isValid(_ label: [Unicode.Scalar], at index: Int) -> Bool {
        let scalar = label[index]
        // Letters, digits and hyphens, as they stood in the A-label.
        guard !scalar.isASCII else { return true }
        if let isInContext = isInContext(label, at: index) { return isInContext }
        switch scalar.value {
        // § 2.6, PVALID: ß, ς, Sindhi's two signs, the Tibetan mark between syllables, the ideographic zero.
        case 0xdf, 0x3c2, 0x6fd, 0x6fe, 0xf0b, 0x3007: return true
        // § 2.6, DISALLOWED: marks that stretch or repeat what is in front of them.
        case 0x640, 0x7fa, 0x302e, 0x302f, 0x3031...0x3035, 0x303b: return false
        // § 2.4: musical and other symbols' marks. § 2.9: old Hangul's parts.
        case 0x20d0...0x20ff, 0x1d100...0x1d24f, 0x1100...0x11ff, 0xa960...0xa97c, 0xd7b0...0xd7fb: return false
        default: break
        }
        let properties = scalar.properties
        // § 2.2, § 2.3: upper case and compatibility forms among it.
        guard !properties.changesWhenNFKCCaseFolded, !properties.isDefaultIgnorableCodePoint else { return false }
        switch properties.generalCategory {
        case .lowercaseLetter, .uppercaseLetter, .otherLetter, .modifierLetter, .decimalNumber, .nonspacingMark,
            .spacingMark:
            return true
        default: return false
        }
    }

    /// RFC 5892 appendix A.3 to A.9, CONTEXTO. `nil` for a code point that needs no context.
    private static func isInContext(_ label: [Unicode.Scalar], at index: Int) -> Bool? {
        let (before, after) = (label[..<index].last, label[index...].dropFirst().first)
        switch label[index].value {
        // MIDDLE DOT, as in Catalan.
        case 0xb7: return before == "l" && after == "l"
        // GREEK LOWER NUMERAL SIGN.
        case 0x375:
            return after.map { (0x370...0x3ff).contains($0.value) || (0x1f00...0x1fff).contains($0.value) } ?? false
        // HEBREW PUNCTUATION GERESH and GERSHAYIM.
        case 0x5f3, 0x5f4: return before.map { (0x591...0x5f4).contains($0.value) } ?? false
        // KATAKANA MIDDLE DOT.
        case 0x30fb: return label.contains { $0.value != 0x30fb && ($0.isKana || $0.properties.isIdeographic) }
        // ARABIC-INDIC DIGITS and EXTENDED ones are not mixed: some look alike.
        case 0x660...0x669: return !label.contains { (0x6f0...0x6f9).contains($0.value) }
        case 0x6f0...0x6f9: return !label.contains { (0x660...0x669).contains($0.value) }
        default: return nil
        }
    }
}

extension Unicode.Scalar {
    fileprivate var isMark: Bool {
        [.nonspacingMark, .spacingMark, .enclosingMark].contains(properties.generalCategory)
    }

    fileprivate var isKana: Bool { (0x3041...0x30ff).contains(value) || (0x31f0...0x31ff).contains(value) }
}
