package import Timekeeping

/// One entry of a CRL: which certificate was revoked, when and why (RFC 5280 § 5.1.2.6, § 5.3).
package struct RevokedCertificate: Hashable, Sendable {
    /// The content octets of the DER INTEGER, as the certificate has them. Any INTEGER: a CA that is taken over may have given
    /// numbers that are zero, negative or longer than 20 octets, and such a certificate has to stay revoked.
    package let serialNumber: [UInt8]
    package let revocationDate: Instant
    /// `nil` for `unspecified`, which is not written: RFC 5280 § 5.3.1.
    package let reason: RevocationReason?

    package init(_ serial: SerialNumber, at revocationDate: Instant, for reason: RevocationReason? = nil) {
        self.init(checked: serial.octets, at: revocationDate, for: reason)
    }

    /// `nil` where `serialNumber` is empty or not in its shortest form (X.690 § 8.3.2).
    package init?(serialNumber: [UInt8], at revocationDate: Instant, for reason: RevocationReason? = nil) {
        guard let first = serialNumber.first else { return nil }
        if let second = serialNumber.dropFirst().first {
            guard first != (second < 0x80 ? 0x00 : 0xff) else { return nil }
        }
        self.init(checked: serialNumber, at: revocationDate, for: reason)
    }

    private init(checked serialNumber: [UInt8], at revocationDate: Instant, for reason: RevocationReason?) {
        self.serialNumber = serialNumber
        self.revocationDate = revocationDate
        self.reason = reason == .unspecified ? nil : reason
    }

    /// Whether its serial number is the lesser. In the shortest form the longer of two numbers is further from zero, and two of one
    /// length and sign compare as their octets do.
    func precedes(_ other: RevokedCertificate) -> Bool {
        let (left, right) = (serialNumber, other.serialNumber)
        let isNegative = left.first.map { $0 >= 0x80 } ?? false
        guard isNegative == (right.first.map { $0 >= 0x80 } ?? false) else { return isNegative }
        guard left.count == right.count else { return (left.count < right.count) != isNegative }
        return left.lexicographicallyPrecedes(right)
    }
}
