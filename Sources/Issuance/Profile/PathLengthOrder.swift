/// What a caller asks about the CAs below an intermediate: absent and "no limit" are two things.
package enum PathLengthOrder: Hashable, Sendable {
    case unstated
    case unlimited
    /// Zero or more.
    case limit(Int)

    /// Settles the path length under an issuer that leaves room for `remaining` CAs, `nil` for any number.
    ///
    /// - Returns: what is written, `nil` for no limit; where the order cannot be met, a violation is added.
    func admit(under remaining: Int?, into violations: inout [Violation]) -> Int? {
        if case .limit(let limit) = self, limit < 0 {
            violations.append(
                Violation(.pathLength, at: Self.path, "A path length is 0 or more, or −1 for no limit."))
            return nil
        }
        guard let remaining else {
            if case .limit(let limit) = self { return limit }
            return nil
        }
        guard remaining > 0 else {
            violations.append(
                Violation(
                    .pathLength, at: Self.path, "The path length constraint of the authority leaves no CA below it."))
            return nil
        }
        switch self {
        case .unstated: return remaining - 1
        case .limit(let limit) where limit < remaining: return limit
        case .limit, .unlimited:
            violations.append(
                Violation(
                    .pathLength, at: Self.path,
                    "The path length constraint of the authority leaves \(remaining - 1) at most."))
            return nil
        }
    }

    private static let path = "maxPathLength"
}
