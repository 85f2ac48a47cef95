/// Finds what a misspelt name was meant to be.
enum NearestName {
    /// The known name nearest to `name`, case aside; `nil` where none is near enough to be meant.
    static func of(_ name: String, among known: [String]) -> String? {
        let allowed = max(1, name.count / 3)
        let nearest = known.map { (distance(name.lowercased(), $0.lowercased()), $0) }.min { $0 < $1 }
        guard let (distance, match) = nearest, distance <= allowed else { return nil }
        return match
    }

    /// `; did you mean …?`, or what there is to choose from.
    static func advice(for name: String, among known: [String]) -> String {
        if let nearest = of(name, among: known) { return "; did you mean `\(nearest)`?" }
        guard !known.isEmpty else { return "" }
        return "; known here: \(known.sorted().joined(separator: ", "))"
    }

    /// Insertions, deletions, substitutions and swaps of neighbours between two texts (optimal string alignment).
    static func distance(_ left: String, _ right: String) -> Int {
        // Names are short; a key of kilobytes is near to nothing.
        let left = Array(left.unicodeScalars.prefix(128))
        let right = Array(right.unicodeScalars.prefix(128))
        var beforeLast: [Int] = []
        var last = Array(0...right.count)
        for row in left.indices {
            var current = [row + 1]
            for column in right.indices {
                let substitution = last[column] + (left[row] == right[column] ? 0 : 1)
                var best = min(substitution, last[column + 1] + 1, current[column] + 1)
                if row > 0, column > 0, left[row] == right[column - 1], left[row - 1] == right[column] {
                    best = min(best, beforeLast[column - 1] + 1)
                }
                current.append(best)
            }
            (beforeLast, last) = (last, current)
        }
        return last[right.count]
    }
}
