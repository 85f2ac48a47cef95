import Glibc

/// The first octets of a shared library: enough to tell a library of another machine from none at all, which dlopen(3)
/// reports as a missing file.
struct ELFHeader: Equatable {
    /// 1 for 32 bits, 2 for 64.
    let fileClass: UInt8
    /// 1 for little endian, 2 for big.
    let byteOrder: UInt8
    /// `e_machine` as it stands in the file.
    let machine: [UInt8]

    /// `nil` where the file is no ELF file; the errno where it cannot be read.
    static func read(_ path: String) -> Result<ELFHeader?, FileError> {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { return .failure(FileError(code: errno)) }
        defer { close(descriptor) }
        var octets = [UInt8](repeating: 0, count: 20)
        let count = unsafe octets.withUnsafeMutableBytes { unsafe Glibc.read(descriptor, $0.baseAddress, $0.count) }
        guard count >= 0 else { return .failure(FileError(code: errno)) }
        guard count == octets.count, octets.starts(with: [0x7f, 0x45, 0x4c, 0x46]) else { return .success(nil) }
        return .success(
            ELFHeader(fileClass: octets[4], byteOrder: octets[5], machine: Array(octets[18..<20])))
    }

    /// What this process runs on.
    static var ofThisProcess: ELFHeader? {
        if case .success(let header) = read("/proc/self/exe") { header } else { nil }
    }
}

/// An errno with its words.
struct FileError: Error, CustomStringConvertible {
    let code: Int32

    var description: String {
        guard let text = unsafe strerror(code) else { return "error \(code)" }
        return unsafe String(cString: text)
    }
}
