import PublicKeys
import Testing
import Timekeeping

@testable import Issuance

extension CRLTemplate {
    /// Of `now` and for a week.
    static func test(
        _ entries: [RevokedCertificate] = [], number: UInt64 = 7, at point: IssuingDistributionPoint? = nil
    ) throws -> CRLTemplate {
        CRLTemplate(
            number: number, thisUpdate: now, nextUpdate: try #require(now.adding(seconds: 7 * 86_400)),
            entries: entries, distributionPoint: point)
    }
}

extension RevokedCertificate {
    /// An hour before `now`.
    static func test(_ octets: [UInt8], _ reason: RevocationReason? = nil) throws -> RevokedCertificate {
        let date = try #require(now.adding(seconds: -3600))
        return try #require(RevokedCertificate(serialNumber: octets, at: date, for: reason))
    }
}

extension TestAuthority {
    /// Signs a CRL as it was ordered.
    func issue(crl template: CRLTemplate) throws -> IssuedCRL {
        let prepared = try issuer.prepare(crl: template)
        let signature = try key.verifiedSignature(over: prepared.tbs, issuer.signatureAlgorithm)
        return try prepared.seal(signature)
    }

    /// Puts a fault into a CRL of its own and signs it nevertheless.
    func issue(crl template: CRLTemplate, _ change: (inout DERTree) -> Void) throws -> [UInt8] {
        var tree = DERTree(try issuer.prepare(crl: template).tbs)
        change(&tree)
        return Self.assemble(tree.der, issuer.signatureAlgorithm, try key.sign(tree.der, issuer.signatureAlgorithm))
    }

    /// A leaf of its own.
    func leaf() throws -> IssuedCertificate {
        let request = CertificateRequest(key: try TestKey.shared(.p256).publicKey)
        return try issue(Profile.test().admit(request, validity: .aDay, by: issuer, at: now))
    }
}
