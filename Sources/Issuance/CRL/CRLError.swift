/// Why a file is no CRL that can be read.
package enum CRLError: Error, Hashable, Sendable {
    case pem(PEMError)
    /// Not the strict DER of a CertificateList, or one of its fields is not as RFC 5280 § 5 has it.
    case malformed(String)
}

extension CRLError: CustomStringConvertible {
    /// A phrase that continues the name of what was read.
    package var description: String {
        switch self {
        case .pem(let fault): fault.description
        case .malformed(let why): "is no CRL: \(why)"
        }
    }
}
