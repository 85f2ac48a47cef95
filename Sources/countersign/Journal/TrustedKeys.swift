import DERCoding
import Issuance
import Ledger
import PublicKeys

/// The keys by which an operator has a journal judged: they come from files that the journal's host does not write.
struct TrustedKeys {
    /// By their SubjectPublicKeyInfo.
    private let checkpointKeys: Set<[UInt8]>
    /// By subject key identifier.
    private let authorities: [[UInt8]: PublicKey]

    /// - Parameters:
    ///   - checkpointKeys: files of public keys, or certificates, in PEM.
    ///   - authorityCertificates: files of certificates in PEM.
    init(checkpointKeys: [String], authorityCertificates: [String]) throws(CommandFailure) {
        var keys: Set<[UInt8]> = []
        for path in checkpointKeys {
            for block in try Self.blocks(of: path, labels: ["PUBLIC KEY", "CERTIFICATE"]) {
                if block.label == "CERTIFICATE" {
                    keys.insert(try Self.certificate(block, path).publicKey.subjectPublicKeyInfo)
                } else {
                    do { keys.insert(try PublicKey(subjectPublicKeyInfo: block.der).subjectPublicKeyInfo) } catch {
                        throw CommandFailure(.refused, "\(path): \(error).")
                    }
                }
            }
        }
        var authorities: [[UInt8]: PublicKey] = [:]
        for path in authorityCertificates {
            for block in try Self.blocks(of: path, labels: ["CERTIFICATE"]) {
                let certificate = try Self.certificate(block, path)
                guard let identifier = certificate.subjectKeyIdentifier else {
                    throw CommandFailure(.refused, "\(path) has a certificate without subject key identifier.")
                }
                authorities[identifier] = certificate.publicKey
            }
        }
        self.checkpointKeys = keys
        self.authorities = authorities
    }

    var hasAuthorities: Bool { !authorities.isEmpty }

    func signature(of checkpoint: Checkpoint) -> CheckpointFinding.Signature {
        guard
            let algorithm = SignatureAlgorithm(name: checkpoint.signatureAlgorithm),
            let key = try? PublicKey(subjectPublicKeyInfo: checkpoint.publicKey),
            key.isValidSignature(checkpoint.signature, over: checkpoint.statement.der, algorithm: algorithm)
        else { return .invalid }
        if checkpointKeys.isEmpty { return .unvouched }
        return checkpointKeys.contains(checkpoint.publicKey) ? .trusted : .foreignKey
    }

    /// Whether the certificate of these two is its authority's, and has the serial number that is on record; `nil` where there is no
    /// certificate of the authority.
    func isAuthentic(_ intent: Intent, _ issued: Issued) -> Bool? {
        guard let key = authorities[intent.authorityKeyID] else { return nil }
        guard let algorithm = SignatureAlgorithm(name: intent.signatureAlgorithm),
            Self.serialNumber(of: intent.tbs) == intent.serial
        else { return false }
        return key.isValidSignature(issued.signature, over: intent.tbs, algorithm: algorithm)
    }

    /// Whether a certificate that was taken over is its authority's, and has the serial number that is on record; `nil` where that cannot be told:
    /// without its octets, without a certificate of the authority, or by an algorithm that is not verified here.
    func isAuthentic(_ imported: ImportedCertificate) -> Bool? {
        guard let der = imported.certificate, let key = authorities[imported.authorityKeyID] else { return nil }
        guard let certificate = try? ForeignCertificate(der: der), certificate.serialNumber == imported.serial else {
            return false
        }
        switch certificate.authenticity(under: key) {
        case .authentic: return true
        case .forged: return false
        case .unverifiable: return nil
        }
    }

    /// `TBSCertificate ::= SEQUENCE { version [0] EXPLICIT …, serialNumber INTEGER, … }` (RFC 5280 § 4.1).
    private static func serialNumber(of tbs: [UInt8]) -> [UInt8]? {
        do throws(DERError) {
            var reader = DERReader(tbs)
            var fields = try reader.sequence()
            _ = try fields.optional(DERTag.constructedContext(0))
            return Array(try fields.integer())
        } catch { return nil }
    }

    private static func blocks(of path: String, labels: [String]) throws(CommandFailure) -> [PEMBlock] {
        let text = try InputFile.text(at: path)
        let blocks: [PEMBlock]
        do { blocks = try PEM.decode(text, surroundings: .anyText) } catch {
            throw CommandFailure(.refused, "\(path) \(error).")
        }
        guard blocks.allSatisfy({ labels.contains($0.label) }) else {
            throw CommandFailure(
                .refused, "\(path) holds PEM of another kind than \(labels.joined(separator: " or ")).")
        }
        return blocks
    }

    private static func certificate(_ block: PEMBlock, _ path: String) throws(CommandFailure) -> IssuerCertificate {
        do { return try IssuerCertificate(der: block.der) } catch {
            throw CommandFailure(.refused, "\(path): \(error).")
        }
    }
}
