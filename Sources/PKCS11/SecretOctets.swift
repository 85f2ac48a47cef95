import Glibc

/// Octets in pages of their own: locked into memory, left out of core dumps, wiped when they go. For what is longer than a PIN.
@safe package struct SecretOctets: ~Copyable, @unchecked Sendable {
    private let pages: UnsafeMutableRawBufferPointer
    package private(set) var count = 0

    /// Why they cannot be held.
    package struct Unavailable: Error, CustomStringConvertible {
        package let description: String
    }

    package init(capacity: Int) throws(Unavailable) {
        let capacity = max(1, capacity)
        let start = unsafe mmap(nil, capacity, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
        guard let start = unsafe start, unsafe start != MAP_FAILED else {
            throw Unavailable(description: "there is no memory for its \(capacity) octets")
        }
        guard unsafe mlock(start, capacity) == 0, unsafe madvise(start, capacity, MADV_DONTDUMP) == 0 else {
            let error = FileError(code: errno)
            unsafe munmap(start, capacity)
            throw Unavailable(
                description: "its \(capacity) octets cannot be locked into memory (\(error)); raise RLIMIT_MEMLOCK")
        }
        unsafe pages = UnsafeMutableRawBufferPointer(start: start, count: capacity)
    }

    deinit {
        guard let start = unsafe pages.baseAddress else { return }
        unsafe explicit_bzero(start, pages.count)
        unsafe munmap(start, pages.count)
    }

    /// Adds what `fill` writes into the room that is left.
    ///
    /// - Parameter fill: returns how many octets it wrote.
    /// - Returns: where they are now.
    @discardableResult
    package mutating func append<Failure: Error>(
        _ fill: (UnsafeMutableRawBufferPointer) throws(Failure) -> Int
    ) throws(Failure) -> Range<Int> {
        let written = try unsafe fill(UnsafeMutableRawBufferPointer(rebasing: pages[count...]))
        let start = count
        count += min(max(0, written), unsafe pages.count - count)
        return start..<count
    }

    /// Lends the octets. Nobody keeps or copies them.
    package borrowing func withOctets<Result, Failure: Error>(
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try unsafe body(UnsafeRawBufferPointer(rebasing: pages[..<count]))
    }
}
