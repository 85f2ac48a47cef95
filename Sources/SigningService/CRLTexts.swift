import Authority
import Issuance
import JSONRPC
import Synchronization

/// The last CRL of each authority as it goes over the wire: megabytes, which are the same for everybody until the next.
final class CRLTexts: Sendable {
    private let texts = Mutex<[String: (number: UInt64, text: EncodedJSON)]>([:])

    func text(of crl: PublishedCRL, _ authorityID: String) -> EncodedJSON {
        if let known = texts.withLock({ $0[authorityID] }), known.number == crl.number { return known.text }
        let text = EncodedJSON(PEM.encode(crl.der, label: CertificateRevocationList.pemLabel))
        texts.withLock { $0[authorityID] = (crl.number, text) }
        return text
    }
}
