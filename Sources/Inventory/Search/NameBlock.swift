internal import Issuance

/// The names of many certificates as one text, in which a pattern's longest piece is looked for as fast as memory is read: a
/// million certificates in well under a tenth of a second.
///
/// The text is lines, each an octet that says what it is and a folded name. Folding leaves no control character, so that octet also
/// tells where a line begins.
struct NameBlock: Sendable {
    /// What a line is.
    enum Line: UInt8, Sendable {
        case subject = 1
        case alternativeName = 2
    }

    private(set) var text: [UInt8] = []
    /// Of each certificate that has names: its sequence number, and where its lines begin in the text.
    private(set) var entries: [(sequence: Int64, start: Int)] = []

    init() {}

    var isEmpty: Bool { entries.isEmpty }

    /// - Returns: the range of its lines in the text.
    mutating func append(_ names: Names, sequence: Int64) -> Range<Int> {
        let start = text.count
        entries.append((sequence, start))
        append(.subject, names.subject)
        for name in names.alternativeNames { append(.alternativeName, name.text) }
        return start..<text.count
    }

    private mutating func append(_ line: Line, _ name: String) {
        text.append(line.rawValue)
        text.append(contentsOf: NamePattern.fold(name))
    }

    /// What `append` makes of a name.
    static func line(_ line: Line, _ folded: [UInt8]) -> [UInt8] { [line.rawValue] + folded }

    /// The lines in a range that `append` has returned.
    func forEachLine(in range: Range<Int>, _ body: (ArraySlice<UInt8>) -> Void) {
        var start = range.lowerBound
        for index in range.dropFirst() where text[index] < 0x20 {
            body(text[start..<index])
            start = index
        }
        if start < range.upperBound { body(text[start..<range.upperBound]) }
    }

    /// Everything from an entry on.
    func suffix(from entry: Int) -> NameBlock {
        var block = NameBlock()
        guard entry < entries.count else { return block }
        let start = entries[entry].start
        block.text = Array(text[start...])
        block.entries = entries[entry...].map { ($0.sequence, $0.start - start) }
        return block
    }
}

/// What is searched of a certificate.
struct Names: Sendable {
    var subject: String
    var alternativeNames: [CertificateSummary.AlternativeName]

    /// - Parameter subject: where there is nothing to read it from.
    init(_ summary: CertificateSummary?, subject: String? = nil) {
        self.subject = summary?.subject ?? subject ?? ""
        alternativeNames = summary?.alternativeNames ?? []
    }
}

extension NameBlock {
    /// 12 octets an entry, big-endian: the sequence number in eight, the start in four.
    var encodedEntries: [UInt8] {
        var octets: [UInt8] = []
        octets.reserveCapacity(12 * entries.count)
        for (sequence, start) in entries {
            for shift in stride(from: 56, through: 0, by: -8) {
                octets.append(UInt8(truncatingIfNeeded: sequence >> shift))
            }
            for shift in stride(from: 24, through: 0, by: -8) {
                octets.append(UInt8(truncatingIfNeeded: start >> shift))
            }
        }
        return octets
    }

    /// Reads back what `text` and `encodedEntries` gave. Of a damaged file it is something else, which is no more than wrong.
    init(text: [UInt8], encodedEntries octets: [UInt8]) {
        self.text = text
        entries = stride(from: 0, to: octets.count - octets.count % 12, by: 12).map { place in
            (
                Int64(bitPattern: octets[place..<(place + 8)].reduce(0) { $0 << 8 | UInt64($1) }),
                octets[(place + 8)..<(place + 12)].reduce(0) { $0 << 8 | Int($1) }
            )
        }
    }

    /// The certificates that have such a name, the last first.
    ///
    /// - Parameter pattern: not one that matches everything.
    func sequences(matching pattern: NamePattern, in line: Line) -> [Int64] {
        let search = OctetSearch(pattern.longestPiece)
        var found: [Int64] = []
        var place = 0
        while let match = search.firstPlace(in: text, from: place) {
            let start = text[..<match].lastIndex { $0 < 0x20 } ?? 0
            let end = text[match...].firstIndex { $0 < 0x20 } ?? text.count
            place = end
            guard text[start] == line.rawValue, pattern.matches(folded: text[(start + 1)..<end]) else { continue }
            let entry = entry(at: start)
            guard entries.indices.contains(entry) else { continue }
            found.append(entries[entry].sequence)
            // One name is enough.
            place = entry + 1 < entries.count ? max(end, entries[entry + 1].start) : text.count
        }
        return found.reversed()
    }

    /// The entry that a place in the text belongs to.
    private func entry(at place: Int) -> Int {
        var (low, high) = (0, entries.count)
        while low < high {
            let middle = (low + high) / 2
            if entries[middle].start <= place { low = middle + 1 } else { high = middle }
        }
        return low - 1
    }
}

/// Looks for octets in many others, passing over as many as are sought at once where it can (R. N. Horspool, 1980).
private struct OctetSearch {
    private let needle: [UInt8]
    /// By the octet under the needle's last: how far the needle can move on.
    private let steps: [Int]

    init(_ needle: [UInt8]) {
        self.needle = needle
        var steps = [Int](repeating: max(1, needle.count), count: 256)
        for (index, octet) in needle.dropLast().enumerated() { steps[Int(octet)] = needle.count - 1 - index }
        self.steps = steps
    }

    /// Where the needle first stands from `start` on; an empty one does nowhere.
    func firstPlace(in text: [UInt8], from start: Int) -> Int? {
        guard let last = needle.last else { return nil }
        var end = start + needle.count - 1
        while end < text.count {
            let octet = text[end]
            if octet == last {
                let place = end - needle.count + 1
                if (0..<(needle.count - 1)).allSatisfy({ text[place + $0] == needle[$0] }) { return place }
            }
            end += steps[Int(octet)]
        }
        return nil
    }
}
