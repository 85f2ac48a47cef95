/// Which of an authority's CRLs name a certificate when it is revoked, besides the one of everything.
package enum CRLScope: Hashable, Sendable {
    /// None.
    case everything
    /// That of one partition, which it points to.
    case partition(UInt32)
    /// All: it may point to any of them.
    case unknown
}

extension CRLScope {
    package init(partition: UInt32?) { self = partition.map { .partition($0) } ?? .everything }

    package var partition: UInt32? { if case .partition(let number) = self { number } else { nil } }

    /// That of a serial number of two certificates.
    package func union(_ other: CRLScope) -> CRLScope {
        switch (self, other) {
        case (.everything, _): other
        case (_, .everything): self
        default: self == other ? self : .unknown
        }
    }
}

extension Intent {
    package var crlScope: CRLScope { CRLScope(partition: crlPartition) }
}

extension ImportedCertificate {
    /// Where it points to is in its octets.
    package var crlScope: CRLScope {
        certificate == nil && crlPartition == nil ? .unknown : CRLScope(partition: crlPartition)
    }
}
