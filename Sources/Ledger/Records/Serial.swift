/// Serial numbers as the journal holds them: the content octets of a DER INTEGER.
enum Serial {
    /// Throws `LedgerError.invalidIntent` unless these are 1 to 20 octets of a positive number in its shortest form
    /// (RFC 5280 § 4.1.2.2, X.690 § 8.3.2).
    static func check(_ octets: [UInt8]) throws(LedgerError) {
        guard let first = octets.first, octets.count <= 20 else {
            throw .invalidIntent("a serial number has 1 to 20 octets, this one \(octets.count)")
        }
        guard first < 0x80, octets.contains(where: { $0 != 0 }) else {
            throw .invalidIntent("a serial number is positive")
        }
        guard first != 0 || octets[1] >= 0x80 else {
            throw .invalidIntent("the serial number is not in its shortest form")
        }
    }
}
