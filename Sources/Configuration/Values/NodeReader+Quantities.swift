import Timekeeping
import Yams

extension NodeReader {
    /// A length of time such as `90d`, in the forms that the wire takes.
    func lifetime() -> Lifetime? {
        if case .scalar(let scalar) = node, case .wholeNumber = ScalarKind(scalar) {
            refuse("is a bare number; it has to be \(Lifetime.acceptedForms)")
            return nil
        }
        guard let text = text() else { return nil }
        do {
            return try Lifetime(parsing: text)
        } catch {
            refuse(error.description)
            return nil
        }
    }

    /// How long to wait for something: a second to an hour.
    func timeout() -> Lifetime? {
        guard let lifetime = lifetime() else { return nil }
        guard lifetime <= .hour else {
            refuse("is \(lifetime), longer than an hour, which is no time to wait")
            return nil
        }
        return lifetime
    }

    /// A length of time, or `none` for no time at all.
    func lifetimeOrNone() -> Lifetime? {
        if case .scalar(let scalar) = node, scalar.string == "none" { return .zero }
        return lifetime()
    }

    /// A count of octets: a bare whole number, or one with `KiB` or `MiB`.
    func byteCount(in range: ClosedRange<Int>) -> Int? {
        if case .scalar(let scalar) = node, case .wholeNumber = ScalarKind(scalar) { return wholeNumber(in: range) }
        guard let text = text() else { return nil }
        let digits = text.utf8.prefix(while: \.isDecimalDigit)
        let unit = text.utf8[digits.endIndex...]
        guard
            let factor = ["KiB": 1 << 10, "MiB": 1 << 20][String(Substring(unit))],
            digits.first != UInt8(ascii: "0"), let count = Int(String(Substring(digits))),
            case let (octets, overflow) = count.multipliedReportingOverflow(by: factor), !overflow
        else {
            refuse("is not a size: a whole number of octets, or one with KiB or MiB, such as 256KiB")
            return nil
        }
        guard range.contains(octets) else {
            refuse("is \(octets) octets; it has to be from \(range.lowerBound) to \(range.upperBound)")
            return nil
        }
        return octets
    }
}
