import Configuration
import Foundation
import Glibc
import Issuance
import Logging
import PublicKeys
import Signing
import SigningAPI

/// What a token can do by itself, a second and on all cores.
struct TokenLimits {
    /// C_Sign alone.
    let signaturesPerSecond: Double
    /// CSR verified, signed, result verified.
    let floorPerSecond: Double
}

/// The token of an authority, for measuring with a scratch key in it.
struct BenchmarkToken {
    private let token: ServiceConfiguration.Token
    private let certificate: IssuerCertificate
    private let algorithm: SignatureAlgorithm

    /// - Parameter configuration: the daemon's file; else COUNTERSIGN_CONFIG names it.
    /// - Throws: `CommandFailure` where the file, the authority or its certificate cannot be read.
    init(configuration path: String?, authority id: String) throws(CommandFailure) {
        let configuration = try DaemonConfiguration(path, neededFor: "Without --skip-token, the token's own rates need")
        let authority = try configuration.authority(id)
        guard let token = configuration.values.tokens.first(where: { $0.name == authority.tokenName }) else {
            throw CommandFailure(.noInput, "authority \(id) has no token.")
        }
        certificate = try authority.certificate()
        self.token = token
        algorithm = authority.signatureAlgorithm ?? .default(for: certificate.publicKey)
    }

    /// Measures both rates with one scratch key, which is gone afterwards.
    ///
    /// - Parameter csr: in PEM; verified once a round for the floor.
    /// - Throws: `CommandFailure` where the token refuses.
    func measure(duration: Duration, csr: String) async throws(CommandFailure) -> TokenLimits {
        do {
            var logger = Logger(label: "countersign.bench")
            logger.logLevel = .error
            let token = try await Token.open(token.signingConfiguration(), logger: logger)
            let key = try await ScratchKey.make(in: token, like: certificate.publicKey, algorithm: algorithm)
            let threads = max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))
            // As long as a TBSCertificate is, more or less.
            let message = [UInt8](repeating: 0x5a, count: 512)
            let raw = try await key.measure(threads: threads, duration: duration, message: message)
            let floor = try await key.measure(threads: threads, duration: duration, message: message) { signature in
                _ = try? CertificateRequest(verifying: csr, policy: KeyPolicy())
                _ = key.publicKey.isValidSignature(signature, over: message, algorithm: key.algorithm)
            }
            key.destroy()
            await token.close()
            return TokenLimits(signaturesPerSecond: raw.perSecond, floorPerSecond: floor.perSecond)
        } catch {
            throw CommandFailure(.unavailable, "the token cannot be measured: \(error).")
        }
    }
}
