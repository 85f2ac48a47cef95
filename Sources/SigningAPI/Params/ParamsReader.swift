import JSONRPC

/// What is wrong with one of the params' members.
package struct ShapeProblem: Hashable, Sendable {
    /// The member's name.
    package let path: String
    /// A phrase that says what is expected.
    package let message: String
}

/// Params of the wrong shape: every problem, not only the first. On the wire: −32602 and 422.
package struct ShapeError: Error, Hashable, Sendable {
    package let problems: [ShapeProblem]
}

/// Reads the members of params one by one, and collects what is wrong instead of stopping at the first fault.
struct ParamsReader {
    private let params: JSONObject
    private var expected: Set<String> = []
    private(set) var problems: [ShapeProblem] = []

    /// What is told of members that nobody asked for: an answer must not outgrow its request.
    private static let maximumUnknown = 16
    private static let maximumNameLength = 64

    init(_ params: JSONObject) {
        self.params = params
    }

    mutating func report(_ path: String, _ message: String) {
        problems.append(ShapeProblem(path: path, message: message))
    }

    /// A required member as `convert` reads it; `nil` once a problem has been noted.
    mutating func required<Value>(_ name: String, _ convert: (JSONValue) throws(Misfit) -> Value) -> Value? {
        guard let value = member(name) else {
            report(name, "is required")
            return nil
        }
        return read(name, value, convert)
    }

    /// An optional member; `nil` where it is absent, and once a problem has been noted.
    mutating func optional<Value>(_ name: String, _ convert: (JSONValue) throws(Misfit) -> Value) -> Value? {
        member(name).flatMap { read(name, $0, convert) }
    }

    /// Whether the member is there, whatever its value.
    func has(_ name: String) -> Bool { params[name] != nil }

    /// Ends the reading: refuses members that nobody asked for (`additionalProperties: false`).
    mutating func finish() throws(ShapeError) {
        let unknown = params.members.filter { !expected.contains($0.name) }
        if !unknown.isEmpty {
            let known = expected.isEmpty ? "none" : expected.sorted().joined(separator: ", ")
            for member in unknown.prefix(Self.maximumUnknown) {
                let name = member.name.unicodeScalars.prefix(Self.maximumNameLength)
                report(String(String.UnicodeScalarView(name)), "is not a member; there are \(known)")
            }
            if unknown.count > Self.maximumUnknown {
                report("", "\(unknown.count - Self.maximumUnknown) more are not members")
            }
        }
        guard problems.isEmpty else { throw ShapeError(problems: problems) }
    }

    private mutating func member(_ name: String) -> JSONValue? {
        expected.insert(name)
        return params[name]
    }

    private mutating func read<Value>(
        _ name: String, _ value: JSONValue, _ convert: (JSONValue) throws(Misfit) -> Value
    ) -> Value? {
        do {
            return try convert(value)
        } catch {
            report(name, error.message)
            return nil
        }
    }
}

/// A member's value is not what its place expects.
struct Misfit: Error {
    let message: String
    init(_ message: String) { self.message = message }
}
