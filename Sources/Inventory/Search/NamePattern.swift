/// What a subject or an alternative name has to look like: `*` is any run of characters, none included; every other character is
/// itself, in either case.
package struct NamePattern: Hashable, Sendable {
    /// What stands between the asterisks, folded; at least one, of which the outer ones may be empty.
    private let pieces: [[UInt8]]

    package init(_ text: String) {
        pieces = Self.fold(text).split(separator: UInt8(ascii: "*"), omittingEmptySubsequences: false).map(Array.init)
    }

    /// Text as it is compared: UTF-8 in lower case, each control character a `?`, as which it is shown.
    static func fold(_ text: String) -> [UInt8] {
        var octets = Array(text.utf8)
        if octets.contains(where: { $0 >= 0x80 }) { octets = Array(text.lowercased().utf8) }
        for index in octets.indices {
            switch octets[index] {
            case ..<0x20: octets[index] = UInt8(ascii: "?")
            case UInt8(ascii: "A")...UInt8(ascii: "Z"): octets[index] |= 0x20
            default: break
            }
        }
        return octets
    }

    /// The folded text that alone matches; `nil` where there is an asterisk.
    var exactText: [UInt8]? { pieces.count == 1 ? pieces[0] : nil }

    /// The longest piece that every match holds; empty where everything matches.
    var longestPiece: [UInt8] { pieces.max { $0.count < $1.count } ?? [] }

    package func matches(_ text: String) -> Bool { matches(folded: Self.fold(text)[...]) }

    /// Each piece is taken at the first place where it stands: what an asterisk takes less, the next one may take more.
    func matches(folded text: ArraySlice<UInt8>) -> Bool {
        guard pieces.count > 1, let head = pieces.first, let tail = pieces.last else {
            return pieces.first.map { text.elementsEqual($0) } ?? false
        }
        guard text.count >= head.count + tail.count, text.starts(with: head),
            text.suffix(tail.count).elementsEqual(tail)
        else { return false }
        var rest = text.dropFirst(head.count).dropLast(tail.count)
        for piece in pieces.dropFirst().dropLast() where !piece.isEmpty {
            guard let place = rest.firstRange(of: piece) else { return false }
            rest = rest[place.upperBound...]
        }
        return true
    }
}
