import Configuration
import Issuance
import PKCS11
import TokenAdministration

/// Which authorities of a configuration sign with a key.
struct ServedAuthorities {
    let ids: [String]
    private let isConfigured: Bool

    /// An authority is one of these if its certificate has the key's public key, or if it names the key's label
    /// or id, in whichever token: too many rather than one too few.
    ///
    /// - Throws: `CommandFailure` where a certificate cannot be read: then nobody knows.
    init(of key: KeyReport, _ configuration: ServiceConfiguration?) throws(CommandFailure) {
        var ids: [String] = []
        for authority in configuration?.authorities ?? [] {
            let isNamed = authority.keys.compactMap { try? URI($0.keyURI) }.contains { uri in
                (uri.object ?? key.label) == key.label && (uri.id ?? key.id) == key.id
            }
            if try authority.certificate().publicKey == key.publicKey || isNamed { ids.append(authority.id) }
        }
        self.ids = ids
        isConfigured = configuration != nil
    }

    var words: String {
        guard isConfigured else { return "unknown: no configuration was given (--config)" }
        return ids.isEmpty ? "no authority of the configuration" : ids.joined(separator: ", ")
    }
}
