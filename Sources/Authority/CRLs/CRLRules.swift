package import Issuance
package import Timekeeping

/// How an authority tells which of its certificates count no more.
package struct CRLRules: Hashable, Sendable {
    /// The parts into which its certificates are divided, so that a CRL does not name them all.
    package struct Partitions: Hashable, Sendable {
        /// How many new certificates are divided among; 0: none, and those that there are go on.
        package let count: UInt32
        /// Where the last CRL of each lies.
        package let file: PartitionTemplate
        /// All that its certificates may point to: today's, and what was in earlier certificates (RFC 5280 § 5.2.5).
        package let urls: [PartitionTemplate]

        package init(count: UInt32, file: PartitionTemplate, urls: [PartitionTemplate]) {
            self.count = count
            self.file = file
            self.urls = urls
        }
    }

    /// Where the last one lies, in DER, for a web server to serve.
    package let file: String
    /// From thisUpdate to nextUpdate.
    package let validity: Lifetime
    /// How long after one the next is made, whatever happens.
    package let interval: Lifetime
    /// Whether a revocation has one made at once.
    package let onRevocation: Bool
    /// The least number of the first one (RFC 5280 § 5.2.3).
    package let firstNumber: UInt64
    /// `nil`: one CRL names everything.
    package let partitions: Partitions?

    package init(
        file: String, validity: Lifetime, interval: Lifetime, onRevocation: Bool, firstNumber: UInt64,
        partitions: Partitions?
    ) {
        self.file = file
        self.validity = validity
        self.interval = interval
        self.onRevocation = onRevocation
        self.firstNumber = firstNumber
        self.partitions = partitions
    }
}
