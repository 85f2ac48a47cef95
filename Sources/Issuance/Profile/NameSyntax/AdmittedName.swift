/// A subject alternative name whose syntax has been checked, of one of the kinds that this service certifies.
package enum AdmittedName: Hashable, Sendable {
    case dns(DNSName)
    case ip(IPAddress)
    case email(Mailbox)
    case uri(AbsoluteURI)

    /// What is written: DNS names in lower case, everything else as it was asked for.
    package var generalName: GeneralName {
        switch self {
        case .dns(let name): .dns(name.text)
        case .ip(let address): .ip(address.octets)
        case .email(let mailbox): .email(mailbox.text)
        case .uri(let uri): .uri(uri.text)
        }
    }

    /// Checks a name as it stands in a request.
    ///
    /// - Throws: `NameSyntaxError`, also for a kind that this service does not certify.
    package init(_ name: GeneralName) throws(NameSyntaxError) {
        switch name {
        case .dns(let text): self = .dns(try DNSName(parsing: text))
        case .email(let text): self = .email(try Mailbox(parsing: text))
        case .uri(let text): self = .uri(try AbsoluteURI(parsing: text))
        case .ip(let octets):
            guard let address = IPAddress(octets: octets) else {
                throw NameSyntaxError("has \(octets.count) octets, neither the 4 of IPv4 nor the 16 of IPv6")
            }
            self = .ip(address)
        case .unsupported(let tag):
            throw NameSyntaxError("is of a kind (tag \(tag)) that is not certified: dns, ip, email and uri are")
        }
    }
}
