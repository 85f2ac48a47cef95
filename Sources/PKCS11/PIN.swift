import Glibc

/// A PIN in a page of its own: locked into memory, left out of core dumps, wiped when it goes. It is no `String`, has no
/// description and cannot be copied.
@safe package struct PIN: ~Copyable, @unchecked Sendable {
    private let page: UnsafeMutableRawPointer
    private let count: Int

    /// The longest that can be held, in octets.
    package static let maximumSize = 1024
    private static let pageSize = 4096

    private init(page: UnsafeMutableRawPointer, count: Int) {
        unsafe self.page = unsafe page
        self.count = count
    }

    deinit {
        unsafe Self.wipe(page)
    }

    /// Copies octets that the caller has: for PINs that a person types or a test makes up. The caller's own copy is not
    /// wiped.
    package init(copying octets: [UInt8]) throws(PKCS11Error) {
        try unsafe self.init { buffer throws(PKCS11Error) in
            unsafe buffer.copyBytes(from: octets.prefix(buffer.count))
            return octets.count
        }
    }

    /// Reads the PIN straight into its page, up to the end of the file. One trailing newline is not part of it.
    init(reading descriptor: Int32) throws(PKCS11Error) {
        try unsafe self.init { buffer throws(PKCS11Error) in
            var count = 0
            while count < buffer.count {
                let read = unsafe Glibc.read(
                    descriptor, buffer.baseAddress.map { unsafe $0 + count }, buffer.count - count)
                if read == 0 { break }
                if read < 0 {
                    if errno == EINTR { continue }
                    throw .pin("cannot be read: \(FileError(code: errno))")
                }
                count += read
            }
            if count > 0, unsafe buffer[count - 1] == UInt8(ascii: "\n") { count -= 1 }
            return count
        }
    }

    /// Reads one line straight into its page, octet by octet: what a person types at a terminal that neither shows it nor gathers lines.
    /// Backspace takes the last character away, ^U all of them.
    ///
    /// - Throws: `PKCS11Error.pin`, also at ^C and ^D.
    package init(readingLineOf descriptor: Int32) throws(PKCS11Error) {
        try unsafe self.init { buffer throws(PKCS11Error) in
            var count = 0
            while count < buffer.count {
                let read = unsafe Glibc.read(descriptor, buffer.baseAddress.map { unsafe $0 + count }, 1)
                if read < 0 {
                    if errno == EINTR { continue }
                    throw .pin("cannot be read: \(FileError(code: errno))")
                }
                let octet = unsafe buffer[count]
                if read == 0 || octet == 0x03 || octet == 0x04 { throw .pin("was not entered") }
                switch octet {
                case UInt8(ascii: "\n"), UInt8(ascii: "\r"): return count
                case 0x08, 0x7f:
                    // Of UTF-8, all octets of a character.
                    while count > 0, unsafe buffer[count - 1] & 0xc0 == 0x80 { count -= 1 }
                    count = max(0, count - 1)
                case 0x15: count = 0
                default: count += 1
                }
            }
            return count
        }
    }

    /// Whether two people, or one twice, gave the same; takes as long whatever the difference.
    package borrowing func isSame(as other: borrowing PIN) -> Bool {
        var difference =
            UInt8(truncatingIfNeeded: count ^ other.count) | UInt8(truncatingIfNeeded: (count ^ other.count) >> 8)
        for index in 0..<Self.maximumSize {
            let own = unsafe page.load(fromByteOffset: index, as: UInt8.self)
            difference |= own ^ (unsafe other.page.load(fromByteOffset: index, as: UInt8.self))
        }
        return difference == 0
    }

    private init(
        filling fill: (UnsafeMutableRawBufferPointer) throws(PKCS11Error) -> Int
    ) throws(PKCS11Error) {
        let page = unsafe mmap(nil, Self.pageSize, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
        guard let page = unsafe page, unsafe page != MAP_FAILED else {
            throw .pin("cannot be held: no memory for its page")
        }
        guard unsafe mlock(page, Self.pageSize) == 0 else {
            let error = FileError(code: errno)
            unsafe munmap(page, Self.pageSize)
            throw .pin("cannot be held: its page cannot be locked into memory (\(error)); raise RLIMIT_MEMLOCK")
        }
        do throws(PKCS11Error) {
            guard unsafe madvise(page, Self.pageSize, MADV_DONTDUMP) == 0 else {
                throw .pin("cannot be held: its page cannot be left out of core dumps (\(FileError(code: errno)))")
            }
            // One octet more than allowed tells a PIN that is too long from one that just fits, newline included.
            let buffer = unsafe UnsafeMutableRawBufferPointer(start: page, count: Self.maximumSize + 2)
            let count = try unsafe fill(buffer)
            guard count > 0 else { throw .pin("is empty") }
            guard count <= Self.maximumSize else { throw .pin("is longer than \(Self.maximumSize) octets") }
            // Nothing but the PIN stays: its newline was read, too.
            for index in count..<buffer.count { unsafe buffer[index] = 0 }
            unsafe self.init(page: page, count: count)
        } catch {
            unsafe Self.wipe(page)
            throw error
        }
    }

    private static func wipe(_ page: UnsafeMutableRawPointer) {
        unsafe explicit_bzero(page, pageSize)
        unsafe munmap(page, pageSize)
    }

    /// Lends the octets to a function of C. It does not write to them; Cryptoki knows no const.
    package borrowing func withOctets<Result>(_ body: (UnsafeMutablePointer<UInt8>, UInt) -> Result) -> Result {
        unsafe body(page.assumingMemoryBound(to: UInt8.self), UInt(count))
    }
}
