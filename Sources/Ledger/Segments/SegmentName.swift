/// The name of a segment's file: the sequence number of its first record in 20 digits, so that names sort as records do.
struct SegmentName: Hashable, Comparable, Sendable, CustomStringConvertible {
    let firstSequence: UInt64

    private static let suffix = ".journal"
    private static let digits = 20

    init(firstSequence: UInt64) {
        self.firstSequence = firstSequence
    }

    /// `nil` for any other file's name.
    init?(_ name: String) {
        guard
            name.hasSuffix(Self.suffix), case let number = name.dropLast(Self.suffix.count),
            number.utf8.count == Self.digits, number.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
            let sequence = UInt64(number)
        else { return nil }
        firstSequence = sequence
    }

    static func < (left: SegmentName, right: SegmentName) -> Bool { left.firstSequence < right.firstSequence }

    var description: String {
        let number = String(firstSequence)
        return String(repeating: "0", count: max(0, Self.digits - number.utf8.count)) + number + Self.suffix
    }

    /// The name while it is being made.
    var unfinished: String { description + Self.unfinishedSuffix }

    /// The name under which a segment with a torn tail is kept: evidence, no longer read.
    func torn(_ count: Int) -> String { "\(self).torn.\(count)" }

    static let unfinishedSuffix = ".new"

    /// Whether a name is of a segment that was never finished.
    static func isUnfinished(_ name: String) -> Bool {
        name.hasSuffix(unfinishedSuffix) && SegmentName(String(name.dropLast(unfinishedSuffix.count))) != nil
    }

    /// Whether a name is of a segment that was replaced because its tail was torn.
    static func isTorn(_ name: String) -> Bool {
        guard let range = name.firstRange(of: ".torn.") else { return false }
        return SegmentName(String(name[..<range.lowerBound])) != nil && Int(name[range.upperBound...]) != nil
    }
}
