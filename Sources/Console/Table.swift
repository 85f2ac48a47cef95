/// Text in columns, as wide as they need to be. What a terminal would not print as it is, is written as its number.
package struct Table {
    private var rows: [[String]] = []
    private var widths: [Int] = []
    private let rightAligned: Set<Int>

    /// - Parameters:
    ///   - heading: the first line; none where empty.
    ///   - rightAligned: the columns that hold numbers, from 0.
    package init(_ heading: [String] = [], rightAligned: Set<Int> = []) {
        self.rightAligned = rightAligned
        if !heading.isEmpty { add(heading) }
    }

    package mutating func add(_ row: [String]) {
        let cells = row.map(\.printable)
        for (column, cell) in cells.enumerated() {
            if column < widths.count {
                widths[column] = max(widths[column], cell.count)
            } else {
                widths.append(cell.count)
            }
        }
        rows.append(cells)
    }

    package var text: String {
        rows.map { row in
            let cells = row.enumerated().map { column, cell in
                let padding = String(repeating: " ", count: widths[column] - cell.count)
                return rightAligned.contains(column) ? padding + cell : cell + padding
            }
            let line = cells.joined(separator: "  ")
            return String(line.reversed().drop { $0 == " " }.reversed())
        }.joined(separator: "\n")
    }

    /// The lines so far, which are forgotten: what is added later stands below them, in columns that are no narrower.
    package mutating func take() -> String {
        defer { rows = [] }
        return text
    }
}
