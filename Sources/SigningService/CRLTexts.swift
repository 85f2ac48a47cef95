import Authority
import Issuance
import JSONRPC
import Synchronization

/// The last CRL of each authority as it goes over the wire: megabytes, which are the same for everybody until the next.
final class CRLTexts: Sendable {
    private struct Key: Hashable {
        let authorityID: String
        let partition: UInt32?
    }

    private let texts = Mutex<[Key: (number: UInt64, text: EncodedJSON)]>([:])

    func text(of crl: PublishedCRL, _ authorityID: String, _ partition: UInt32?) -> EncodedJSON {
        let key = Key(authorityID: authorityID, partition: partition)
        if let known = texts.withLock({ $0[key] }), known.number == crl.number { return known.text }
        let text = EncodedJSON(PEM.encode(crl.der, label: CertificateRevocationList.pemLabel))
        texts.withLock { $0[key] = (crl.number, text) }
        return text
    }
}
