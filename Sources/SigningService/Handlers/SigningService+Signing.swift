import Authority
import Issuance
import JSONRPC
import SigningAPI

extension SigningService {
    func signCertificate(_ params: JSONObject, on behalf: Behalf) async throws -> SignCertificateResult {
        let params = try SignCertificateParams(params, maximumCSRLength: maximumCSRLength)
        let order = CertificateOrder(
            profileID: params.profileID, csr: params.csr,
            validity: ValidityOrder(ttl: params.ttl, notBefore: params.notBefore, notAfter: params.notAfter))
        let countersigned = try await countersigner.sign(order, on: behalf)
        let texts = texts(of: countersigned.authority)
        return SignCertificateResult(
            certificate: PEM.encode(countersigned.certificate.der, label: "CERTIFICATE"),
            issuingCACertificate: texts.issuingCertificate, certificateChain: texts.chain,
            serialNumber: countersigned.certificate.serial.hex, certificateID: countersigned.certificateID)
    }

    func signIntermediateCa(_ params: JSONObject, on behalf: Behalf) async throws -> SignIntermediateCaResult {
        let params = try SignIntermediateCaParams(params, maximumCSRLength: maximumCSRLength)
        let pathLength: PathLengthOrder =
            switch params.maxPathLength {
            case .unstated: .unstated
            case .unlimited: .unlimited
            case .limit(let limit): .limit(limit)
            }
        let order = IntermediateOrder(
            authorityID: params.caID, csr: params.csr, notBefore: params.notBefore, notAfter: params.notAfter,
            pathLength: pathLength)
        let countersigned = try await countersigner.signIntermediate(order, on: behalf)
        let texts = texts(of: countersigned.authority)
        return SignIntermediateCaResult(
            certificate: PEM.encode(countersigned.certificate.der, label: "CERTIFICATE"), certificateChain: texts.chain,
            issuingCACertificate: texts.issuingCertificate, serialNumber: countersigned.certificate.serial.hex)
    }

    private func texts(of authority: CertificateAuthority) -> ChainTexts {
        chains[authority.id] ?? ChainTexts(authority)
    }
}
