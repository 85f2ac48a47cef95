import Authority
import Issuance
import JSONRPC

/// What is the same in every answer of an authority, written once.
struct ChainTexts: Sendable {
    /// The authority's own certificate in PEM.
    let issuingCertificate: EncodedJSON
    /// The authority's certificate and upwards, in PEM.
    let chain: EncodedJSON
    let chainPEM: String

    init(_ authority: CertificateAuthority) {
        let certificates = authority.issuer.chain.map { PEM.encode($0.der, label: "CERTIFICATE") }
        chainPEM = certificates.joined()
        issuingCertificate = EncodedJSON(certificates.first ?? "")
        chain = EncodedJSON(chainPEM)
    }
}
