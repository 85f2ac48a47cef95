package import Inventory
import Issuance
package import Ledger

/// Finds what is on record, up to the moment of asking.
package struct Lookup: Sendable {
    private let register: Register
    private let journal: Journal
    private let inventory: CertificateInventory

    package init(register: Register, journal: Journal, inventory: CertificateInventory) {
        self.register = register
        self.journal = journal
        self.inventory = inventory
    }

    /// - Throws: `InventoryError`; `AccessError.noSuchAuthority`.
    package func find(
        _ reference: CertificateReference
    ) async throws -> (certificate: CertificateEntry?, position: UInt64) {
        let authority: CertificateAuthority?
        if case .serial(_, let id) = reference { authority = try register.authority(id) } else { authority = nil }
        try await inventory.reach(journal.status.head, within: Self.patience)
        switch reference {
        case .id(let id): return try await inventory.certificate(id: id)
        case .serial(let serial, _):
            return try await inventory.certificate(
                authorityKeyID: authority?.issuer.certificate.subjectKeyIdentifier ?? [], serial: serial)
        }
    }

    /// Those that match and that the requester may see.
    ///
    /// - Throws: `InventoryError`.
    package func list(
        _ filter: CertificateFilter, within grant: Grant, after cursor: CertificateCursor?, limit: Int
    ) async throws -> (page: CertificatePage, position: UInt64) {
        try await inventory.reach(journal.status.head, within: Self.patience)
        var filter = filter
        filter.visible = grant.visibility(among: register)
        let page = try await inventory.certificates(matching: filter, after: cursor, limit: limit)
        return (page, page.position)
    }

    /// How long the inventory may take to catch up.
    package static let patience = Duration.seconds(2)
}

extension Grant {
    /// The same for a list; `nil` where it is everything.
    func visibility(among register: Register) -> CertificateFilter.Visibility? {
        guard authorities != .all else { return nil }
        return CertificateFilter.Visibility(
            authorityIDs: Set(register.authorities.map(\.id).filter { authorities.contains($0.lowercased()) }),
            profileIDs: Set(register.profiles.map(\.id).filter(profiles.contains)))
    }

    /// Whether a certificate is one that the requester may see: signed by an authority or by a profile that it was granted.
    package func covers(_ certificate: CertificateEntry) -> Bool {
        authorities.contains(certificate.authorityID.lowercased())
            || certificate.profileID.map(profiles.contains) ?? false
    }
}
