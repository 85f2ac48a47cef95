internal import Glibc

/// A file that is only ever added to.
package struct GrowingFile: Sendable {
    package let path: String
    private let operations: FileOperations

    /// - Parameter path: absolute; the folder has to exist. The file is made where it is missing, for this user alone.
    package init(_ path: String, operations: FileOperations = .system) {
        self.path = path
        self.operations = operations
    }

    /// Adds the octets at the end, on the disk when this returns.
    package func append(_ octets: [UInt8]) throws(LedgerError) {
        let file = try OpenFile(path, flags: O_WRONLY | O_CREAT, operations)
        try file.write(octets[...], at: try file.size())
        try file.synchronize()
    }
}
