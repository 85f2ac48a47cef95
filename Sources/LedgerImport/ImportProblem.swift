/// Something in what is to be taken over that is wrong, or that only a person can decide.
package struct ImportProblem: Hashable, Sendable, CustomStringConvertible {
    /// The file, and the line where it has lines.
    package let place: String
    /// A sentence, with what to do.
    package let message: String

    init(_ place: String, _ message: String) {
        self.place = place
        self.message = message
    }

    package var description: String { "\(place): \(message)" }
}

/// Why nothing was taken over: all that is wrong, not only the first.
package struct ImportProblems: Error, Hashable, Sendable, CustomStringConvertible {
    package private(set) var first: [ImportProblem] = []
    package private(set) var count = 0

    package var isEmpty: Bool { count == 0 }

    mutating func add(_ place: String, _ message: String) {
        count += 1
        if first.count < Self.shown { first.append(ImportProblem(place, message)) }
    }

    /// A damaged file of a million lines is not told of a million times.
    private static let shown = 50

    package var description: String {
        let more = count > first.count ? ["and \(count - first.count) more"] : []
        return (first.map(\.description) + more).joined(separator: "\n")
    }
}
