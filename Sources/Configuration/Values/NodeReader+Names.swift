import FoundationEssentials

extension NodeReader {
    /// A name that also goes into paths and logs: 1 to 64 of `A-Z a-z 0-9 . _ -`, and not only dots.
    func identifier() -> String? {
        guard let text = text() else { return nil }
        guard text.utf8.count <= 64, text.utf8.allSatisfy(\.isIdentifierByte), text.contains(where: { $0 != "." })
        else {
            refuse("is not 1 to 64 of the characters A-Z, a-z, 0-9, `.`, `_` and `-`")
            return nil
        }
        return text
    }

    /// What a person reads: 1 to 64 printable characters, no space around.
    func displayName() -> String? {
        guard let text = text() else { return nil }
        guard text.count <= 64, text.first != " ", text.last != " " else {
            refuse("is not 1 to 64 characters without a space at either end")
            return nil
        }
        return text
    }

    /// RFC 9562 § 4: 8-4-4-4-12 hexadecimal digits, in either case.
    func uuid() -> UUID? {
        guard let text = text() else { return nil }
        guard let uuid = UUID(strict: text) else {
            refuse("is not a UUID such as 3f2b8c1e-5d4a-4e6f-9b7a-2c1d0e9f8a7b")
            return nil
        }
        return uuid
    }
}

extension UUID {
    /// `nil` for every text that is not of the form of RFC 9562 § 4, to the character.
    init?(strict text: String) {
        let groups = text.utf8.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
        guard
            groups.map(\.count) == [8, 4, 4, 4, 12],
            groups.allSatisfy({ $0.allSatisfy(\.isHexDigit) })
        else { return nil }
        self.init(uuidString: text)
    }
}

extension UInt8 {
    var isDecimalDigit: Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self) }

    var isLetter: Bool {
        (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(self) || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(self)
    }

    var isHexDigit: Bool { hexValue != nil }

    /// 0 to 15; `nil` for a byte that is no hexadecimal digit.
    var hexValue: UInt8? {
        switch self {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): self - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): self - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): self - UInt8(ascii: "A") + 10
        default: nil
        }
    }

    fileprivate var isIdentifierByte: Bool {
        isDecimalDigit || isLetter || [UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-")].contains(self)
    }
}
