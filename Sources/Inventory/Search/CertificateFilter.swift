package import FoundationEssentials
package import Timekeeping

/// Which certificates to list: those to which everything applies that is given.
package struct CertificateFilter: Hashable, Sendable {
    /// By their names in the configuration. `nil`: of every authority.
    package var authorityIDs: Set<String>?
    /// `nil`: of every profile, and of none.
    package var profileIDs: Set<UUID>?
    /// Of the subject as people read it, `O=Example, CN=Root`.
    package var subject: NamePattern?
    /// Of one of the alternative names, whatever its type.
    package var alternativeName: NamePattern?
    /// SHA-256 of the request's DER.
    package var csrHash: [UInt8]?
    package var requesterUID: UInt32?
    package var status: CertificateStatus?
    /// Over before that second.
    package var expiringBefore: Instant?
    /// What the caller may see; `nil`: everything.
    package var visible: Visibility?

    /// Certificates of certain authorities, or of certain profiles: either is enough.
    package struct Visibility: Hashable, Sendable {
        package var authorityIDs: Set<String>
        package var profileIDs: Set<UUID>

        package init(authorityIDs: Set<String>, profileIDs: Set<UUID>) {
            self.authorityIDs = authorityIDs
            self.profileIDs = profileIDs
        }
    }

    package init(
        authorityIDs: Set<String>? = nil, profileIDs: Set<UUID>? = nil, subject: NamePattern? = nil,
        alternativeName: NamePattern? = nil, csrHash: [UInt8]? = nil, requesterUID: UInt32? = nil,
        status: CertificateStatus? = nil, expiringBefore: Instant? = nil
    ) {
        self.authorityIDs = authorityIDs
        self.profileIDs = profileIDs
        self.subject = subject
        self.alternativeName = alternativeName
        self.csrHash = csrHash
        self.requesterUID = requesterUID
        self.status = status
        self.expiringBefore = expiringBefore
    }
}

/// Part of a list, the last certificate first.
package struct CertificatePage: Hashable, Sendable {
    package let certificates: [CertificateEntry]
    /// Where the next page begins; `nil` where there is none. What is recorded meanwhile comes before this page, and is in none
    /// that follows.
    package let next: CertificateCursor?
    /// The last record that the inventory had taken in when it was read.
    package let position: UInt64
}

/// A place in a list.
package struct CertificateCursor: Hashable, Sendable {
    /// What follows has lower numbers.
    let sequence: Int64

    /// For whoever asks for the next page; of no meaning to others.
    package var text: String { "c1-" + String(sequence, radix: 36) }

    init(sequence: Int64) {
        self.sequence = sequence
    }

    /// Reads back what `text` gave; `nil` for anything else.
    package init?(_ text: String) {
        guard text.hasPrefix("c1-"), let sequence = Int64(text.dropFirst(3), radix: 36), sequence > 0 else {
            return nil
        }
        self.sequence = sequence
        guard self.text == text else { return nil }
    }
}
