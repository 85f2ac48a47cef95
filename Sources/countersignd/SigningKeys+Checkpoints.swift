import Configuration
import Foundation
import Issuance
import Logging
import PublicKeys
import Signing

extension SigningKeys {
    /// The signer of checkpoints.
    ///
    /// - Throws: `StartError` where its public key cannot be read or is a CA's, or the key cannot sign, whatever is tried again: a daemon
    ///   that was told to keep checkpoints does not go without.
    func checkpointSigner(
        _ settings: ServiceConfiguration.Checkpoints, among issuers: [String: Issuer], _ logger: Logger
    ) async throws(StartError) -> any Signer {
        let publicKey = try Self.publicKey(settings.publicKeyPath)
        if let (id, _) = issuers.first(where: { $0.value.certificate.publicKey == publicKey }) {
            throw StartError("the key of the checkpoints is that of authority \(id): they need one of their own")
        }
        do throws(SigningError) {
            let key = KeyConfiguration(
                uri: try settings.privateKeyURI(), publicKey: publicKey, algorithm: .default(for: publicKey))
            let (signer, fault) = try await token(settings.tokenName).signer(for: key, triesOn: triesOn)
            if let fault { logger.error("no checkpoint can be signed yet", metadata: ["cause": "\(fault)"]) }
            return signer
        } catch {
            throw StartError("the key of the checkpoints: \(error)")
        }
    }

    private static func publicKey(_ path: String) throws(StartError) -> PublicKey {
        guard let contents = FileManager.default.contents(atPath: path) else {
            throw StartError("\(path): the public key of the checkpoints is not there, or cannot be read")
        }
        do {
            let block = try PEM.decodeOne(String(decoding: contents, as: UTF8.self), labels: ["PUBLIC KEY"])
            return try PublicKey(subjectPublicKeyInfo: block.der)
        } catch {
            throw StartError("\(path): it holds no public key in PEM: \(error)")
        }
    }
}
