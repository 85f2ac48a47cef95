/// A DNS name as a certificate may hold it: LDH labels in lower case (RFC 5280 § 4.2.1.6, RFC 1034 § 3.5 with RFC 1123 § 2.1),
/// the whole left-most label possibly `*` (RFC 6125 § 6.4.3).
package struct DNSName: Hashable, Sendable {
    /// In lower case, without a trailing dot.
    package let text: String
    package let isWildcard: Bool

    /// What stands below the wildcard, or the whole name where there is none.
    package var base: Substring.UTF8View { text.utf8.dropFirst(isWildcard ? 2 : 0)[...] }

    package var labels: [Substring] { text.split(separator: ".", omittingEmptySubsequences: false) }

    /// Reads a name in either case.
    ///
    /// - Throws: `NameSyntaxError`, with the first rule that it breaks.
    package init(parsing text: String) throws(NameSyntaxError) {
        var octets: [UInt8] = []
        octets.reserveCapacity(text.utf8.count)
        for octet in text.utf8 { octets.append(octet.asciiLowercased) }
        guard !octets.isEmpty else { throw NameSyntaxError("is empty") }
        guard octets.allSatisfy({ $0 < 0x80 }) else {
            throw NameSyntaxError("is not ASCII; an internationalised name is written in its xn-- form")
        }
        guard IPAddress(parsing: text) == nil else {
            throw NameSyntaxError("is an IP address, which belongs into an iPAddress")
        }
        guard octets.last != UInt8(ascii: ".") else { throw NameSyntaxError("ends in a dot") }
        guard octets.count <= 253 else { throw NameSyntaxError("is longer than 253 characters") }
        var labels = octets.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)[...]
        isWildcard = labels.first?.elementsEqual(CollectionOfOne(UInt8(ascii: "*"))) ?? false
        if isWildcard { labels.removeFirst() }
        guard let last = labels.last else { throw NameSyntaxError("is a wildcard of every name") }
        for label in labels { try Self.check(label) }
        guard !last.allSatisfy(\.isASCIIDigit) else {
            throw NameSyntaxError("ends in a label of digits only, as no top-level domain does")
        }
        self.text = String(decoding: octets, as: UTF8.self)
    }

    private static func check(_ label: ArraySlice<UInt8>) throws(NameSyntaxError) {
        guard let first = label.first, let last = label.last else { throw NameSyntaxError("has an empty label") }
        guard label.count <= 63 else { throw NameSyntaxError("has a label of more than 63 characters") }
        for octet in label where !(octet.isASCIIDigit || octet.isASCIILowercase || octet == UInt8(ascii: "-")) {
            throw switch octet {
            case UInt8(ascii: "_"): NameSyntaxError("has an underscore")
            case UInt8(ascii: "*"): NameSyntaxError("has a wildcard that is not the whole left-most label")
            default: NameSyntaxError("has a character other than letters, digits and hyphens")
            }
        }
        guard first != UInt8(ascii: "-"), last != UInt8(ascii: "-") else {
            throw NameSyntaxError("has a label that begins or ends with a hyphen")
        }
        if label.starts(with: "xn--".utf8) {
            guard let decoded = Punycode.decode(label.dropFirst(4)) else {
                throw NameSyntaxError("has an xn-- label that is not valid Punycode")
            }
            guard ULabel.isValid(decoded) else {
                throw NameSyntaxError("has an xn-- label that stands for what IDNA 2008 does not admit")
            }
        }
    }

    /// Whether this name, or every name of this wildcard, lies below `base`, by one label or more.
    package func isBelow(_ base: some BidirectionalCollection<UInt8>) -> Bool {
        text.utf8.isBelow(base)
    }
}

extension BidirectionalCollection<UInt8> {
    /// Whether these octets end in a dot and `base`, with something in front.
    func isBelow(_ base: some BidirectionalCollection<UInt8>) -> Bool {
        let (own, other) = (count, base.count)
        guard own >= other + 2 else { return false }
        let tail = dropFirst(own - other - 1)
        return tail.first == UInt8(ascii: ".") && tail.dropFirst().elementsEqual(base)
    }
}

extension UInt8 {
    var isASCIIDigit: Bool { self >= UInt8(ascii: "0") && self <= UInt8(ascii: "9") }
    var isASCIILowercase: Bool { self >= UInt8(ascii: "a") && self <= UInt8(ascii: "z") }
    var isASCIIUppercase: Bool { self >= UInt8(ascii: "A") && self <= UInt8(ascii: "Z") }
    var isASCIILetter: Bool { isASCIILowercase || isASCIIUppercase }
    var asciiLowercased: UInt8 { isASCIIUppercase ? self | 0x20 : self }

    /// The value of a hexadecimal digit in either case.
    var hexDigitValue: UInt8? {
        switch self {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): self - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): self - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): self - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}

extension String {
    /// The same text with A–Z lower-cased and nothing else changed.
    var asciiLowercased: String {
        utf8.contains(where: \.isASCIIUppercase) ? String(decoding: utf8.map(\.asciiLowercased), as: UTF8.self) : self
    }
}
