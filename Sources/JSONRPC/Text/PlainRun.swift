extension Span<UInt8> {
    /// Where the first byte at or after `start` stands that JSON does not let into a string as it is: a quotation mark, a
    /// backslash or a control character. The count where there is none.
    func endOfPlainRun(from start: Int) -> Int {
        var index = start
        // Blocks without an early exit, so that the compiler compares all bytes of one at once.
        while index &+ 16 <= count {
            let block = extracting(index..<(index &+ 16))
            var special: UInt8 = 0
            for offset in 0..<16 {
                let byte = block[offset]
                special |= (byte < 0x20 ? 1 : 0) | (byte == 0x22 ? 1 : 0) | (byte == 0x5C ? 1 : 0)
            }
            if special != 0 { break }
            index += 16
        }
        while index < count {
            let byte = self[index]
            if byte < 0x20 || byte == 0x22 || byte == 0x5C { break }
            index += 1
        }
        return index
    }
}

extension [UInt8] {
    /// Appends a copy of `bytes`.
    mutating func append(copying bytes: Span<UInt8>) {
        append(addingCapacity: bytes.count) { output in
            for index in bytes.indices { output.append(bytes[index]) }
        }
    }
}
