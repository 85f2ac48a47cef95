import DERCoding
import PublicKeys
import SwiftASN1

/// The proof of possession: which algorithm a request is signed with, and whether its key made the signature.
enum RequestSignature {
    private static let path = "csr.signature"

    /// SHA-2 of at least 256 bits; `nil` where it is anything else, and a violation says what.
    static func algorithm(_ identifier: ArraySlice<UInt8>, violations: inout [Violation]) -> SignatureAlgorithm? {
        if let algorithm = SignatureAlgorithm(algorithmIdentifier: identifier) {
            if case .rsaPSS = algorithm { return refusePSS(&violations) }
            return algorithm
        }
        let advice = "sign it with SHA-256, SHA-384 or SHA-512 and RSA PKCS#1 v1.5 or ECDSA, or with Ed25519"
        var reader = DERReader(Array(identifier))
        guard let name = try? reader.sequence().nextObjectIdentifier() else {
            violations.append(
                Violation(.requestDER, at: "csr.signatureAlgorithm", "The signature algorithm is malformed; \(advice).")
            )
            return nil
        }
        if name == .rsaSSAPSS { return refusePSS(&violations) }
        // RFC 4055 § 5: with RSA and SHA-2, absent parameters are to be accepted for NULL.
        if let algorithm = Self.rsaWithoutParameters[Array(identifier)] { return algorithm }
        if let weak = weakAlgorithms[name] {
            violations.append(
                Violation(
                    .signatureWeakHash, at: "csr.signatureAlgorithm", "The CSR is signed with \(weak); \(advice)."))
        } else {
            violations.append(
                Violation(
                    .signatureAlgorithm, at: "csr.signatureAlgorithm",
                    "The CSR is signed with \(name.dotted), or its parameters are not as they have to be; \(advice)."))
        }
        return nil
    }

    static func verify(
        _ signature: ArraySlice<UInt8>, over information: ArraySlice<UInt8>, by key: PublicKey,
        algorithm: SignatureAlgorithm, violations: inout [Violation]
    ) {
        guard algorithm.fits(key) else {
            violations.append(
                Violation(
                    .signatureAlgorithmMismatch, at: "csr.signatureAlgorithm",
                    "The CSR says that it is signed with \(algorithm), which its \(key) key cannot do."))
            return
        }
        guard key.isValidSignature(signature, over: information, algorithm: algorithm) else {
            violations.append(
                Violation(
                    .selfSignature, at: path,
                    "The signature was not made by the CSR's own key over these bytes; make the CSR again with its private key."
                ))
            return
        }
    }

    private static func refusePSS(_ violations: inout [Violation]) -> SignatureAlgorithm? {
        violations.append(
            Violation(
                .signaturePSS, at: "csr.signatureAlgorithm",
                "The CSR is signed with RSASSA-PSS; sign it with RSA PKCS#1 v1.5. The certificate may still be signed otherwise."
            ))
        return nil
    }

    /// `sha256WithRSAEncryption` and its like as a SEQUENCE of the OID alone.
    private static let rsaWithoutParameters: [[UInt8]: SignatureAlgorithm] = Dictionary(
        uniqueKeysWithValues: HashAlgorithm.allCases.map { hash in
            let der = SignatureAlgorithm.rsaPKCS1(hash).algorithmIdentifier
            return ([0x30, 0x0b] + der[2..<13], .rsaPKCS1(hash))
        })

    private static let weakAlgorithms: [ASN1ObjectIdentifier: String] = [
        [1, 2, 840, 113549, 1, 1, 2]: "MD2", [1, 2, 840, 113549, 1, 1, 3]: "MD4", [1, 2, 840, 113549, 1, 1, 4]: "MD5",
        [1, 2, 840, 113549, 1, 1, 5]: "SHA-1", [1, 2, 840, 10045, 4, 1]: "SHA-1",
        [1, 2, 840, 10040, 4, 3]: "DSA and SHA-1",
        [1, 2, 840, 113549, 1, 1, 14]: "SHA-224", [1, 2, 840, 10045, 4, 3, 1]: "SHA-224",
        // The names that the OSI Implementors' Workshop gave them before.
        [1, 3, 14, 3, 2, 2]: "MD4", [1, 3, 14, 3, 2, 3]: "MD5", [1, 3, 14, 3, 2, 4]: "MD4",
        [1, 3, 14, 3, 2, 13]: "DSA and SHA", [1, 3, 14, 3, 2, 15]: "SHA", [1, 3, 14, 3, 2, 24]: "MD2",
        [1, 3, 14, 3, 2, 25]: "MD5", [1, 3, 14, 3, 2, 27]: "DSA and SHA-1", [1, 3, 14, 3, 2, 28]: "DSA and SHA-1",
        [1, 3, 14, 3, 2, 29]: "SHA-1",
    ]
}

extension DERReader {
    fileprivate func nextObjectIdentifier() throws(DERError) -> ASN1ObjectIdentifier {
        var reader = self
        return try reader.objectIdentifier()
    }
}

extension ASN1ObjectIdentifier {
    /// id-RSASSA-PSS, RFC 4055 § 3.1.
    fileprivate static let rsaSSAPSS: ASN1ObjectIdentifier = [1, 2, 840, 113549, 1, 1, 10]
}
