import Console

extension StandardOutput {
    /// - Parameter text: as it is, where it ends in a newline, else with one.
    /// - Throws: `CommandFailure`: a result that nobody received is no success.
    static func show(_ text: String) throws(CommandFailure) {
        do throws(WriteFailure) {
            try write(text.hasSuffix("\n") ? text : text + "\n")
        } catch {
            throw CommandFailure(.cannotCreate, "standard output cannot be written: \(describe(error.number)).")
        }
    }
}
