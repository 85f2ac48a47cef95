extension String {
    /// The first character that a name may not hold, for it shows as nothing, changes how the others show, or has no meaning that its
    /// readers agree on (RFC 4518 § 2.2 and § 2.4 pass over most of them or prohibit them, so that two names could be one); `nil`
    /// where there is none.
    package var characterUnfitForNames: Unicode.Scalar? {
        guard !utf8.allSatisfy({ (0x20..<0x7f).contains($0) }) else { return nil }
        if let scalar = unicodeScalars.first(where: \.isUnfitForNames) { return scalar }
        // Between letters some scripts need them.
        return [unicodeScalars.first, unicodeScalars.last].compactMap(\.self).first(where: \.isJoiner)
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

    fileprivate var isUnfitForNames: Bool {
        guard !isJoiner else { return false }
        switch properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse: return true
        // A variation selector chooses the form of the character before it, as in Japanese names.
        default:
            return properties.isNoncharacterCodePoint
                || properties.isDefaultIgnorableCodePoint && !properties.isVariationSelector
        }
    }
}
