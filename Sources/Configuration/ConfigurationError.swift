/// Why a configuration file is not taken: everything that is wrong with it, each with its place.
package struct ConfigurationError: Error, Hashable, Sendable {
    /// One thing to mend.
    package struct Problem: Hashable, Sendable {
        /// From 1; `nil` where the file as a whole is meant.
        package let line: Int?
        /// From 1, in Unicode scalars; `nil` where the file as a whole is meant.
        package let column: Int?
        /// Such as `profiles[0].keys.rsa.minimumBits`; empty for the file itself.
        package let path: String
        /// A phrase that continues the path, or a sentence where the path is empty. It never repeats a value that could be secret.
        package let message: String

        package init(line: Int?, column: Int?, path: String, message: String) {
            self.line = line
            self.column = column
            self.path = path
            self.message = message
        }
    }

    /// As it was given.
    package let file: String
    /// At least one, in the order of the file.
    package let problems: [Problem]

    package init(file: String, problems: [Problem]) {
        self.file = file
        self.problems = problems
    }

    init(file: String, _ sentence: String) {
        self.init(file: file, problems: [Problem(line: nil, column: nil, path: "", message: sentence)])
    }
}

extension ConfigurationError: CustomStringConvertible {
    /// A line a problem: `FILE:LINE:COLUMN: path phrase`, as compilers write it, so that editors can jump to it.
    package var description: String {
        problems.map { problem in
            let place = [problem.line, problem.column].compactMap { $0.map { ":\($0)" } }.joined()
            let subject = problem.path.isEmpty ? "" : problem.path + " "
            return "\(file)\(place): \(subject)\(problem.message)"
        }.joined(separator: "\n")
    }
}
