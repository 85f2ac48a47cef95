import Issuance
import Timekeeping

/// Whether the CRLs that were given speak of all of an authority's certificates, or some that are revoked would be forgotten.
struct CRLCoverage: Sendable {
    private struct List {
        let limits: Set<CRLLimit>
        let nextUpdate: Instant?
        let source: String
    }

    private var lists: [List] = []

    mutating func add(_ list: CertificateRevocationList, source: String) {
        lists.append(List(limits: list.limits, nextUpdate: list.nextUpdate, source: source))
    }

    /// What nobody could know to be revoked: where they are, and what to do.
    var gap: (place: String, message: String)? {
        guard let first = lists.first, !lists.contains(where: { $0.limits.subtracting([.distributionPoint]).isEmpty })
        else { return nil }
        let kinds = lists.map { $0.limits.subtracting([.distributionPoint]) }
        guard !kinds.contains([.onlyUserCertificates]) || !kinds.contains([.onlyCACertificates]) else { return nil }
        return (
            first.source,
            "It is about some kinds of certificates or some reasons only (its issuing distribution point says so): give the CRLs of the others as "
                + "well, with --crl for each, or the one of everything."
        )
    }

    /// What a person should know.
    func warnings(at now: Instant) -> [String] {
        var warnings = lists.compactMap { list in
            list.nextUpdate.flatMap { nextUpdate in
                nextUpdate < now
                    ? "\(list.source) was to be replaced at \(nextUpdate): make sure that it is the last one." : nil
            }
        }
        if !lists.isEmpty, lists.allSatisfy({ $0.limits.contains(.distributionPoint) }) {
            warnings.append(
                "\(lists.count) partitioned CRLs were given, and none of everything: whoever is revoked in a partition whose CRL was not given is forgotten."
            )
        }
        return warnings
    }
}
