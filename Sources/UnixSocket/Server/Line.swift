/// A line that is to be answered.
struct Line: Sendable {
    /// Without its LF.
    let bytes: [UInt8]
    /// It came after the server was asked to drain.
    var isLate: Bool
}
