import Crypto
import FoundationEssentials
import Issuance
import Ledger
import PublicKeys
import Signing

extension Intent {
    /// What goes on record of an order before its authority's key is touched.
    init(
        _ prepared: borrowing PreparedCertificate, of request: CertificateRequest, id: UUID,
        by authority: CertificateAuthority, profileID: UUID?, crlPartition: UInt32?, configurationHash: [UInt8],
        on behalf: Behalf
    ) {
        self.init(
            serial: prepared.serial.octets, certificateID: id, authorityID: authority.id,
            authorityKeyID: authority.issuer.certificate.subjectKeyIdentifier ?? [],
            kind: profileID == nil ? .intermediate : .leaf, profileID: profileID, crlPartition: crlPartition,
            signatureAlgorithm: authority.issuer.signatureAlgorithm.name, configurationHash: configurationHash,
            requester: Requester(
                uid: behalf.requester.uid, gid: behalf.requester.gid, pid: max(0, behalf.requester.pid)),
            csrHash: Array(SHA256.hash(data: request.der)), tbs: prepared.tbs, requestID: behalf.reference)
    }
}

extension Abandonment {
    /// What goes on record of an order that came to nothing: whatever does not say that the key was not used may have used it.
    init(after error: any Error) {
        let outcome: Outcome =
            switch error {
            case let error as SigningError: error.outcome == .notSigned ? .notSigned : .possiblySigned
            case is RequesterGone: .notSigned
            default: .possiblySigned
            }
        self.init(reason: "\(error)", outcome: outcome)
    }
}

/// The requester hung up before the key was touched.
package struct RequesterGone: Error, Hashable, Sendable, CustomStringConvertible {
    package let description = "the requester hung up before the key was used"
}
