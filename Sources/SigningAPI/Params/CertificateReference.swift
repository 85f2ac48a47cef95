package import FoundationEssentials
import JSONRPC

/// Which certificate: by its id, or by the authority that signed it and its serial.
package enum CertificateReference: Hashable, Sendable {
    case id(UUID)
    /// The authority's id, and the content octets of the serial's DER INTEGER, 1 to 128: those of a number that is not negative, in its shortest
    /// form. A negative one, which other software may have given, is known by its id alone.
    case serial(authority: String, [UInt8])
}

extension ParamsReader {
    /// `certificateId`, or both `caId` and `serialNumber`; `nil` once a problem has been noted.
    mutating func certificateReference() -> CertificateReference? {
        let id = optional("certificateId") { value throws(Misfit) in try value.uuid() }
        let authority = optional("caId") { value throws(Misfit) in try value.text() }
        let serial = optional("serialNumber") { value throws(Misfit) in try value.serialNumber() }
        let others = ["caId", "serialNumber"]
        let given = others.filter(has)
        if has("certificateId") {
            for name in given { report(name, "cannot be given beside certificateId") }
            return id.map { .id($0) }
        }
        if given.isEmpty {
            report("certificateId", "is required, or caId and serialNumber in its place")
        } else {
            for name in others where !given.contains(name) {
                report(name, "is required where certificateId is not given")
            }
        }
        guard let authority, let serial else { return nil }
        return .serial(authority: authority, serial)
    }
}

extension JSONValue {
    /// More than any CA has given.
    private static let maximumSerialLength = 128

    /// A certificate's serial in hex, with or without colons between its octets, and with or without the 00 that a DER INTEGER has
    /// before a first bit that is set: the content octets of that INTEGER (RFC 5280 § 4.1.2.2).
    ///
    /// One that was taken over may be zero, or longer than the 20 octets that a serial should have.
    fileprivate func serialNumber() throws(Misfit) -> [UInt8] {
        guard let octets = try text().hexOctets(separator: UInt8(ascii: ":")) else {
            throw Misfit("has to be a serial number in hex, two digits an octet, such as 0fa1 or 0f:a1")
        }
        let magnitude = octets.drop { $0 == 0 }
        let needsZero = magnitude.first.map { $0 >= 0x80 } ?? true
        let content = needsZero ? [0] + magnitude : Array(magnitude)
        guard content.count <= Self.maximumSerialLength else {
            throw Misfit("has more than \(Self.maximumSerialLength) octets, which is more than any serial number has")
        }
        return content
    }
}
