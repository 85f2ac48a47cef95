/// The hash inside a signature algorithm: SHA-2 of at least 256 bits, and no other.
package enum HashAlgorithm: String, Hashable, Sendable, CaseIterable {
    case sha256 = "SHA256"
    case sha384 = "SHA384"
    case sha512 = "SHA512"

    /// Octets of a digest.
    package var digestSize: Int {
        switch self {
        case .sha256: 32
        case .sha384: 48
        case .sha512: 64
        }
    }

    /// The DER of a DigestInfo (RFC 8017 § 9.2) up to the digest itself.
    package var digestInfoPrefix: [UInt8] {
        let size = UInt8(digestSize)
        return [
            0x30, 17 + size, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, arc, 0x05, 0x00,
            0x04, size,
        ]
    }

    /// The last arc under 2.16.840.1.101.3.4.2 (FIPS 180-4's functions in NIST's tree).
    var arc: UInt8 {
        switch self {
        case .sha256: 1
        case .sha384: 2
        case .sha512: 3
        }
    }
}
