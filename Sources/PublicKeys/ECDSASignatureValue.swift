import DERCoding

/// ```
/// Ecdsa-Sig-Value  ::=  SEQUENCE  {
///      r     INTEGER,
///      s     INTEGER  }
/// ```
/// RFC 3279 § 2.2.3.
enum ECDSASignatureValue {
    /// r‖s at the curve's fixed width, from the DER.
    ///
    /// - Returns: `nil` for what is not the one DER of two positive numbers of that width.
    static func rawRepresentation(of der: [UInt8], on curve: EllipticCurve) -> [UInt8]? {
        var raw: [UInt8] = []
        raw.reserveCapacity(2 * curve.fieldSize)
        do throws(DERError) {
            var buffer = DERReader(der)
            var numbers = try buffer.sequence()
            try buffer.finish()
            for _ in 0..<2 { try append(numbers.integer(), width: curve.fieldSize, to: &raw) }
            try numbers.finish()
        } catch {
            return nil
        }
        return raw
    }

    private static func append(_ number: ArraySlice<UInt8>, width: Int, to raw: inout [UInt8]) throws(DERError) {
        guard let first = number.first, first < 0x80 else { throw .invalidInteger }
        // The octet of the sign, where the first digit would make the number negative.
        let digits = first == 0 ? number.dropFirst() : number
        guard !digits.isEmpty, digits.count <= width else { throw .invalidInteger }
        raw.append(contentsOf: repeatElement(0, count: width - digits.count))
        raw.append(contentsOf: digits)
    }
}
