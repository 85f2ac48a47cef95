import Crypto
import DERCoding
import Issuance

/// A CSR for the load: a fresh P-256 key and one DNS name (RFC 2986 § 4).
enum BenchmarkRequest {
    /// - Parameter namesSubject: whether the subject names the host as CN; else it is empty.
    /// - Returns: PEM.
    static func pem(host: String, namesSubject: Bool) throws -> String {
        let key = P256.Signing.PrivateKey()
        let version: [UInt8] = [0x02, 0x01, 0x00]
        // id-at-commonName, UTF8String.
        let commonName = der(0x31, der(0x30, [0x06, 0x03, 0x55, 0x04, 0x03], der(0x0c, Array(host.utf8))))
        let subject = der(0x30, namesSubject ? commonName : [])
        // id-ce-subjectAltName with one dNSName [2].
        let alternativeName = der(
            0x30, [0x06, 0x03, 0x55, 0x1d, 0x11], der(0x04, der(0x30, der(0x82, Array(host.utf8)))))
        // pkcs-9-at-extensionRequest (RFC 2985 § 5.4.2).
        let attribute = der(
            0x30, [0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x0e],
            der(0x31, der(0x30, alternativeName)))
        let information = der(
            0x30, version, subject, Array(key.publicKey.derRepresentation), der(0xa0, attribute))
        // ecdsa-with-SHA256.
        let algorithm = der(0x30, [0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02])
        let signature = try Array(key.signature(for: information).derRepresentation)
        return PEM.encode(der(0x30, information, algorithm, der(0x03, [0x00], signature)), label: "CERTIFICATE REQUEST")
    }

    /// A value of this tag, its parts one after the other.
    private static func der(_ tag: UInt8, _ parts: [UInt8]...) -> [UInt8] {
        var writer = DERWriter()
        writer.constructed(tag) { content in for part in parts { content.encoded(part) } }
        return writer.octets
    }
}
