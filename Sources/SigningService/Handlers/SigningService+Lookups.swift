import Authority
import DERCoding
import FoundationEssentials
import Inventory
import Issuance
import JSONRPC
import Ledger
import SigningAPI
import Timekeeping

extension SigningService {
    func getCertificate(_ params: JSONObject, on behalf: Behalf) async throws -> GetCertificateResult {
        let params = try GetCertificateParams(params)
        try behalf.grant.check(method: behalf.method)
        let (found, position) = try await lookup.find(Authority.CertificateReference(params.certificate))
        // What the caller may not see is as if it were not there.
        guard let found, behalf.grant.covers(found) else { throw RevocationError.noSuchCertificate }
        return GetCertificateResult(
            description: CertificateDescription(found),
            certificate: found.der.map { PEM.encode($0, label: "CERTIFICATE") }, position: position)
    }

    func listCertificates(_ params: JSONObject, on behalf: Behalf) async throws -> ListCertificatesResult {
        let params = try ListCertificatesParams(params)
        try behalf.grant.check(method: behalf.method)
        var cursor: CertificateCursor?
        if let text = params.cursor {
            cursor = CertificateCursor(text)
            guard cursor != nil else {
                throw APIError.invalidParam("cursor", "is not one that listCertificates has given")
            }
        }
        let authority = try params.caID.map { try register.authority($0).id }
        let (page, position) = try await lookup.list(
            CertificateFilter(
                authorityIDs: authority.map { [$0] }, profileIDs: params.profileID.map { [$0] },
                subject: params.subjectPattern.map { NamePattern($0) },
                alternativeName: params.alternativeNamePattern.map { NamePattern($0) }, csrHash: params.csrHash,
                requesterUID: params.requesterUID, status: params.status.map { Inventory.CertificateStatus($0) },
                expiringBefore: params.expiresBefore),
            within: behalf.grant, after: cursor, limit: params.limit)
        return ListCertificatesResult(
            certificates: page.certificates.map { CertificateDescription($0) }, nextCursor: page.next?.text,
            position: position)
    }

    func revokeCertificate(_ params: JSONObject, on behalf: Behalf) async throws -> RevokeCertificateResult {
        let params = try RevokeCertificateParams(params)
        let revoked = try await revoker.revoke(
            RevocationOrder(
                certificate: Authority.CertificateReference(params.certificate),
                reason: Issuance.RevocationReason(rawValue: params.reason.code) ?? .unspecified),
            on: behalf)
        return RevokeCertificateResult(
            certificateID: revoked.certificateID, caID: revoked.authorityID, serialNumber: revoked.serial.hex,
            revokedAt: revoked.date, reason: SigningAPI.RevocationReason(code: revoked.reason.rawValue) ?? .unspecified,
            alreadyRevoked: revoked.wasRevoked, record: revoked.record)
    }

    func getCrl(_ params: JSONObject, on behalf: Behalf) throws -> GetCrlResult {
        let params = try GetCrlParams(params)
        let authority = try register.authority(params.caID)
        try behalf.grant.check(method: behalf.method)
        try behalf.grant.check(authority: authority.id)
        guard let crl = publishers[authority.id]?.current(params.partition) else { throw NoSuchCRL() }
        return GetCrlResult(
            caID: authority.id, crl: crlTexts.text(of: crl, authority.id, params.partition), number: String(crl.number),
            partition: params.partition, thisUpdate: crl.thisUpdate, nextUpdate: crl.nextUpdate,
            entries: crl.entries)
    }
}

/// The authority has signed no such CRL yet, or signs none.
struct NoSuchCRL: Error {}

extension Authority.CertificateReference {
    fileprivate init(_ reference: SigningAPI.CertificateReference) {
        self =
            switch reference {
            case .id(let id): .id(id)
            case .serial(let authority, let octets): .serial(octets, authorityID: authority)
            }
    }
}

extension Inventory.CertificateStatus {
    fileprivate init(_ status: SigningAPI.CertificateStatus) {
        self =
            switch status {
            case .issued: .issued
            case .revoked: .revoked
            case .possiblySigned: .possiblySigned
            case .notSigned: .notSigned
            case .pending: .pending
            }
    }
}

extension SigningAPI.CertificateStatus {
    fileprivate init(_ status: Inventory.CertificateStatus) {
        self =
            switch status {
            case .issued: .issued
            case .revoked: .revoked
            case .possiblySigned: .possiblySigned
            case .notSigned: .notSigned
            case .pending: .pending
            }
    }
}

extension CertificateDescription {
    init(_ entry: CertificateEntry) {
        let isImported = entry.requester == nil
        self.init(
            certificateID: entry.certificateID, caID: entry.authorityID, serialNumber: entry.serial.hex,
            status: SigningAPI.CertificateStatus(entry.status),
            kind: isImported ? .imported : entry.kind == .leaf ? .leaf : .intermediate, profileID: entry.profileID,
            subject: entry.subject,
            alternativeNames: entry.alternativeNames.map { AlternativeName(type: $0.kind.rawValue, value: $0.text) },
            notBefore: entry.notBefore, notAfter: entry.notAfter ?? .latest,
            issuedAt: isImported ? nil : entry.recordedAt, signatureAlgorithm: entry.signatureAlgorithm,
            csrHash: entry.csrHash?.hex,
            requester: entry.requester.map { Requester(uid: $0.uid, gid: $0.gid, pid: $0.pid) },
            requestID: entry.requestID, crlPartition: entry.crlPartition,
            revocation: entry.revocation.map {
                Revocation(date: $0.date, reason: SigningAPI.RevocationReason(code: $0.reason) ?? .unspecified)
            },
            record: entry.sequence)
    }
}
