import ArgumentParser
import Issuance
import SigningAPI

/// The number of an authority's last CRL.
///
/// As an argument, `0a1b…=4711`: a key's subject key identifier in hexadecimal, colons or not, and a CRL's number, decimal or 0x….
struct PublishedCRLNumber: ExpressibleByArgument {
    let authorityKeyID: [UInt8]
    let number: UInt64

    init?(argument: String) {
        let parts = argument.split(separator: "=", omittingEmptySubsequences: false)
        guard parts.count == 2 else { return nil }
        guard let key = String(parts[0]).hexOctets(separator: UInt8(ascii: ":")) else { return nil }
        guard let number = CRLNumber(argument: String(parts[1])) else { return nil }
        authorityKeyID = key
        self.number = number.value
    }
}

extension PublishedCRLNumber {
    /// No CRL comes near that size, in octets.
    private static let maximumSize = 1 << 28

    /// What a CRL in a file says.
    init(ofCRL path: String) throws(CommandFailure) {
        let octets = try InputFile.octets(at: path, maximumSize: Self.maximumSize)
        let list: CertificateRevocationList
        do { list = try CertificateRevocationList(contents: octets) } catch {
            throw CommandFailure(.refused, "\(path) \(error).")
        }
        guard let key = list.authorityKeyIdentifier else {
            throw CommandFailure(
                .refused, "\(path) does not name its key (RFC 5280 § 5.2.1): name key and number with --crl-number.")
        }
        guard let number = list.number else {
            throw CommandFailure(.refused, "\(path) has no number, or one of more than 64 bits.")
        }
        authorityKeyID = key
        self.number = number
    }
}
