/// Why the daemon does not start: a sentence for its operator.
struct StartError: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}
