/// One reading of one file: what was found wrong so far, and what relative paths are relative to.
final class Reading {
    let absolutePath: String
    /// The folder of the file, absolute.
    let folder: String
    private var problems: Set<ConfigurationError.Problem> = []

    init(absolutePath: String) {
        self.absolutePath = absolutePath
        folder = absolutePath.lastIndex(of: "/").map { String(absolutePath[..<$0]) } ?? ""
    }

    func note(_ problem: ConfigurationError.Problem) {
        problems.insert(problem)
    }

    /// In the order of the file.
    var sortedProblems: [ConfigurationError.Problem] {
        problems.sorted { left, right in
            (left.line ?? 0, left.column ?? 0, left.path, left.message)
                < (right.line ?? 0, right.column ?? 0, right.path, right.message)
        }
    }
}
