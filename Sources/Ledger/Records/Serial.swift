/// Serial numbers as the journal holds them: the content octets of a DER INTEGER.
enum Serial {
    /// Of a certificate that we are about to sign.
    ///
    /// - Throws: `LedgerError.invalidIntent` unless these are 1 to 20 octets of a positive number in its shortest form
    ///   (RFC 5280 § 4.1.2.2, X.690 § 8.3.2).
    static func check(_ octets: [UInt8]) throws(LedgerError) {
        try checkForm(octets)
        guard octets.count <= 20 else {
            throw .invalidIntent("a serial number has 1 to 20 octets, this one \(octets.count)")
        }
        guard octets[0] < 0x80, octets != [0] else { throw .invalidIntent("a serial number is positive") }
    }

    /// Of any certificate: another software may have given numbers that are zero, negative or longer than 20 octets, and such a
    /// certificate has to be revoked all the same.
    ///
    /// - Throws: `LedgerError.invalidIntent` unless these are the octets of an INTEGER in its shortest form (X.690 § 8.3.2).
    static func checkForm(_ octets: [UInt8]) throws(LedgerError) {
        guard let first = octets.first, octets.count <= maximumOctets else {
            throw .invalidIntent("a serial number has 1 to \(maximumOctets) octets, this one \(octets.count)")
        }
        guard octets.count == 1 || first != (octets[1] < 0x80 ? 0x00 : 0xff) else {
            throw .invalidIntent("the serial number is not in its shortest form")
        }
    }

    /// More than any CA has given.
    private static let maximumOctets = 128
}
