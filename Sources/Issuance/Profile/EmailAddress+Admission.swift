import PublicKeys

/// RFC 5280 § 4.1.2.6: an e-mail address is certified as an rfc822Name, on which the profile's patterns rule. The subject may repeat
/// it for readers of old, who take it for certified like the others.
extension DistinguishedName {
    private var emailAddresses: [String] {
        attributes.filter { SubjectField($0.type) == .emailAddress }.map(\.value)
    }

    /// For a leaf: every address is one of its rfc822Names, the host compared without case (RFC 5280 § 7.5).
    func checkEmailAddresses(among names: [(place: Int, name: AdmittedName)], into violations: inout [Violation]) {
        for address in emailAddresses {
            let isNamed = (try? Mailbox(parsing: address)).map { mailbox in
                names.contains { $0.name == .email(mailbox) }
            }
            if isNamed != true {
                violations.append(
                    Violation(
                        .emailAddressInSAN, at: Self.emailAddressPath,
                        "The e-mail address is not one of the email names among the subject alternative names."))
            }
        }
    }

    /// For a CA, to which no alternative names are written: there is no address. One that is known by such a name already keeps it, for
    /// under another it would be another CA.
    func checkNoEmailAddress(ofCAWith key: PublicKey, by issuer: Issuer, into violations: inout [Violation]) {
        guard !emailAddresses.isEmpty, !issuer.isKnownCA(self, with: key) else { return }
        violations.append(
            Violation(
                .emailAddressInSAN, at: Self.emailAddressPath,
                "An e-mail address belongs among subject alternative names, which a CA's certificate does not get; leave it out."
            ))
    }

    private static let emailAddressPath = "csr.subject.\(SubjectField.emailAddress.rawValue)"
}
