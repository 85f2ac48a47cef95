import Glibc

/// Writes all of it to a descriptor, however often write(2) has to be asked.
///
/// - Throws: the errno of write(2): a full disk, a closed descriptor, a reader that has gone.
package func writeAll(_ octets: [UInt8], to descriptor: Int32) throws(WriteFailure) {
    var rest = octets[...]
    while !rest.isEmpty {
        let written = unsafe rest.withUnsafeBytes { unsafe write(descriptor, $0.baseAddress, $0.count) }
        if written < 0, errno == EINTR { continue }
        guard written > 0 else { throw WriteFailure(number: errno) }
        rest.removeFirst(written)
    }
}

package struct WriteFailure: Error {
    package let number: Int32
}
