package import Issuance
package import Timekeeping

extension ServiceConfiguration {
    /// How an authority tells which of its certificates count no more.
    package struct CRL: Hashable, Sendable {
        /// The file that holds the last CRL, in DER, for a web server to serve; of no other authority.
        package let file: String
        /// From thisUpdate to nextUpdate.
        package let validity: Lifetime
        /// How long after one CRL the next is made, whatever happens; less than `validity`.
        package let interval: Lifetime
        /// Whether a revocation has one made at once.
        package let onRevocation: Bool
        /// The first CRL of the authority's key has at least this number (RFC 5280 § 5.2.3).
        package let firstNumber: UInt64
        /// `nil`: one CRL names everything.
        package let partitions: CRLPartitions?
    }

    /// How an authority's certificates are divided, so that a CRL does not name them all (RFC 5280 § 5.2.5).
    package struct CRLPartitions: Hashable, Sendable {
        /// Among how many new certificates are divided; 0: none are, and CRLs are made for those that were.
        package let count: UInt32
        /// The file of each partition's last CRL; of no other CRL.
        package let file: PartitionTemplate
        /// URLs that certificates carried in earlier times.
        package let formerDistributionPoints: [PartitionTemplate]
    }

    /// How the journal's head is signed from time to time.
    package struct Checkpoints: Hashable, Sendable {
        /// The name of one of `tokens`.
        package let tokenName: String
        /// RFC 7512, object attributes only, with `object` or `id` among them; of no CA's key.
        package let keyURI: String
        /// A PEM file with the SubjectPublicKeyInfo of the key.
        package let publicKeyPath: String
        /// How long after one the next is made.
        package let interval: Lifetime
        /// The file that each is added to.
        package let file: String
    }

    /// Where certificates are looked up: a view of the journal that can be made anew at any time.
    package struct Inventory: Hashable, Sendable {
        /// An SQLite database; two files of the same name with `-wal` and `-shm` at its end are beside it.
        package let file: String
    }
}

extension ServiceConfiguration.Authority {
    /// The URLs of its partitioned CRLs: those that its certificates carry, and those that they carried in earlier times.
    package var partitionURLs: [PartitionTemplate] {
        guard let partitions = crl?.partitions else { return [] }
        return locations.cRLDistributionPoints.compactMap { PartitionTemplate($0) }
            + partitions.formerDistributionPoints
    }
}
