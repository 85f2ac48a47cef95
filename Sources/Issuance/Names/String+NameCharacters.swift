extension String {
    /// The first character that a name may not hold, for it shows as nothing, changes how the others show, or has no meaning that its
    /// readers agree on (RFC 4518 § 2.2 and § 2.4 pass over most of them or prohibit them, so that two names could be one); `nil`
    /// where there is none.
    package var characterUnfitForNames: Unicode.Scalar? {
        guard !utf8.allSatisfy({ (0x20..<0x7f).contains($0) }) else { return nil }
        if let scalar = unicodeScalars.first(where: \.isUnfitForNames) { return scalar }
        return unicodeScalars.indices.first { unicodeScalars[$0].isJoiner && !isJoinerNeeded(at: $0) }
            .map { unicodeScalars[$0] }
    }

    /// Whether a joiner stands between letters or marks of scripts whose letters join or stack (after RFC 5892 appendix A.1 and A.2,
    /// which asks besides how each letter joins). Elsewhere it does nothing but make two names that look like one.
    private func isJoinerNeeded(at index: Index) -> Bool {
        guard index > startIndex else { return false }
        let next = unicodeScalars.index(after: index)
        guard next < endIndex else { return false }
        return unicodeScalars[unicodeScalars.index(before: index)].joins && unicodeScalars[next].joins
    }

    /// Nothing, or nothing to be seen.
    package var isBlank: Bool { unicodeScalars.allSatisfy(\.isBlank) }
}

extension Unicode.Scalar {
    /// Such as `U+200B`.
    package var codePoint: String {
        let digits = String(value, radix: 16, uppercase: true)
        return "U+" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    }

    /// White space, what is ignored by default, or the Braille pattern without a dot.
    var isBlank: Bool {
        value == 0x20 || properties.isWhitespace || properties.isDefaultIgnorableCodePoint || value == 0x2800
    }

    /// ZERO WIDTH NON-JOINER and ZERO WIDTH JOINER.
    fileprivate var isJoiner: Bool { value == 0x200c || value == 0x200d }

    /// A letter or mark of a script that needs joiners in places.
    fileprivate var joins: Bool {
        switch properties.generalCategory {
        case .lowercaseLetter, .uppercaseLetter, .otherLetter, .modifierLetter, .nonspacingMark, .spacingMark:
            Self.joiningBlocks.contains { $0.contains(value) }
        default: false
        }
    }

    private static let joiningBlocks: [ClosedRange<UInt32>] = [
        0x0600...0x08ff,  // Arabic, Syriac, Thaana, N'Ko, Samaritan, Mandaic
        0x0900...0x0dff,  // Devanagari to Sinhala
        0x1000...0x109f,  // Myanmar
        0x1700...0x18af,  // Tagalog to Mongolian
        0x1900...0x1c4f,  // Limbu to Lepcha
        0xa800...0xaaff,  // Syloti Nagri to Meetei Mayek's extensions
        0xabc0...0xabff,  // Meetei Mayek
        0x10a00...0x10fff,  // Kharoshthi to Elymaic
        0x11000...0x11fff,  // Brahmi and those that came of it
        0x1e900...0x1e95f,  // Adlam
    ]

    fileprivate var isUnfitForNames: Bool {
        guard !isJoiner else { return false }
        // BRAILLE PATTERN BLANK, OBJECT REPLACEMENT CHARACTER, and REPLACEMENT CHARACTER, which stands for what could not be read.
        guard value != 0x2800, value != 0xfffc, value != 0xfffd else { return true }
        switch properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse: return true
        // A variation selector chooses the form of the character before it, as in Japanese names.
        default:
            return properties.isNoncharacterCodePoint
                || properties.isDefaultIgnorableCodePoint && !properties.isVariationSelector
        }
    }
}
