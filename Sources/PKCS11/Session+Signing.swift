import CPKCS11

extension Session {
    /// `C_SignInit`: nothing is signed yet, whatever it returns.
    @inline(__always)
    package func beginSigning(_ mechanism: Mechanism, key: ObjectHandle) throws(PKCS11Error) {
        try unsafe functions.call("C_SignInit", functions.list.pointee.C_SignInit) { function in
            unsafe mechanism.withMechanism { unsafe function(handle, $0, key.rawValue) }
        }
    }

    /// `C_Sign`: ends what `beginSigning` began. After an error the key may have been used all the same, and the session is
    /// best closed.
    ///
    /// - Parameters:
    ///   - data: a digest, a DigestInfo or a message, as the mechanism wants it.
    ///   - buffer: where the signature goes; enlarged where the token asks for more room. Not empty.
    /// - Returns: the signature's size in `buffer`.
    package func sign(_ data: [UInt8], into buffer: inout [UInt8]) throws(PKCS11Error) -> Int {
        var (value, size) = try callSign(data, into: &buffer)
        // The operation stays active, and waits for a second call with the size given.
        if value == .bufferTooSmall, size > UInt(buffer.count), size <= Self.maximumSignatureSize {
            buffer = [UInt8](repeating: 0, count: Int(size))
            (value, size) = try callSign(data, into: &buffer)
        }
        guard value == .ok else { throw .call(function: "C_Sign", value) }
        guard size <= UInt(buffer.count) else {
            throw .malformedAnswer(function: "C_Sign", "a signature larger than its buffer")
        }
        return Int(size)
    }

    private static let maximumSignatureSize: UInt = 1 << 16

    @inline(__always)
    private func callSign(
        _ data: [UInt8], into buffer: inout [UInt8]
    ) throws(PKCS11Error) -> (ReturnValue, size: UInt) {
        var size = UInt(buffer.count)
        let value = try unsafe functions.outcome("C_Sign", functions.list.pointee.C_Sign) { function in
            unsafe data.withUnsafeBufferPointer { data in
                unsafe buffer.withUnsafeMutableBufferPointer { buffer in
                    // Cryptoki knows no const; C_Sign does not write to its data.
                    unsafe function(
                        handle, UnsafeMutablePointer(mutating: data.baseAddress), UInt(data.count),
                        buffer.baseAddress, &size)
                }
            }
        }
        return (value, size)
    }
}
