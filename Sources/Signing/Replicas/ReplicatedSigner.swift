import Dispatch
package import PublicKeys
import Synchronization

/// One private key that lies in several tokens: each request goes to the one that would answer first, and at once to another where
/// that fails. Each looks after itself, and is asked again when its key has proved that it signs.
package final class ReplicatedSigner: Signer {
    /// The key in one of the tokens.
    package struct Replica: Sendable {
        /// The token's name in the configuration.
        package let tokenName: String
        package let signer: any Signer

        package init(tokenName: String, signer: any Signer) {
            self.tokenName = tokenName
            self.signer = signer
        }
    }

    private let replicas: [Replica]
    private let loads: Mutex<ReplicaLoads>
    package let publicKey: PublicKey
    package let algorithm: SignatureAlgorithm

    /// - Returns: `nil` where there is no replica, or they are not of one key and algorithm.
    package init?(_ replicas: [Replica]) {
        guard let first = replicas.first?.signer,
            replicas.allSatisfy({
                $0.signer.publicKey == first.publicKey && $0.signer.algorithm == first.algorithm
            })
        else { return nil }
        self.replicas = replicas
        publicKey = first.publicKey
        algorithm = first.algorithm
        loads = Mutex(ReplicaLoads(count: replicas.count))
    }

    package func checkReady() throws(SigningError) {
        guard ready.isEmpty else { return }
        throw refusal
    }

    /// The token that a request was sent to last has the last word, unless an earlier one may have signed.
    package func sign(_ message: [UInt8]) async throws(SigningError) -> VerifiedSignature {
        var tried: Set<Int> = []
        var failure: SigningError?
        while let index = begin(besides: tried) {
            let began = DispatchTime.now().uptimeNanoseconds
            do throws(SigningError) {
                let signature = try await replicas[index].signer.sign(message)
                end(index, began: began, hasFailed: false)
                return signature
            } catch {
                let hasSigned = failure?.outcome == .possiblySigned || error.outcome == .possiblySigned
                failure = SigningError(error.kind, error.reason, outcome: hasSigned ? .possiblySigned : .notSigned)
                guard error.kind.mayFareBetterElsewhere else {
                    if error.kind.isFaultOfToken {
                        end(index, began: began, hasFailed: true)
                    } else {
                        loads.withLock { $0.drop(index) }
                    }
                    break
                }
                end(index, began: began, hasFailed: true)
                tried.insert(index)
            }
        }
        throw failure ?? refusal
    }

    private var ready: [Int] {
        replicas.indices.filter { index in
            do throws(SigningError) { try replicas[index].signer.checkReady() } catch { return false }
            return true
        }
    }

    private func begin(besides tried: Set<Int>) -> Int? {
        let (ready, now) = (ready, DispatchTime.now().uptimeNanoseconds)
        return loads.withLock { loads in
            loads.note(ready: ready)
            return loads.begin(among: ready.lazy.filter { !tried.contains($0) }, now: now)
        }
    }

    private func end(_ index: Int, began: UInt64, hasFailed: Bool) {
        let now = DispatchTime.now().uptimeNanoseconds
        loads.withLock { $0.end(index, hasFailed: hasFailed, began: began, now: now) }
    }

    /// Why none can be asked: what one says that is tried again by itself, before what waits for a person.
    private var refusal: SigningError {
        let refusals = replicas.compactMap { replica -> (tokenName: String, error: SigningError)? in
            do throws(SigningError) { try replica.signer.checkReady() } catch { return (replica.tokenName, error) }
            return nil
        }
        guard let first = (refusals.first { $0.error.isRetryable } ?? refusals.first)?.error else {
            // One of them has just come back.
            return SigningError(.unavailable, "no token could sign")
        }
        return SigningError(first.kind, refusals.map { "\($0.tokenName): \($0.error.reason)" }.joined(separator: "; "))
    }

    package var status: SignerStatus {
        let all = replicas.map { ($0.tokenName, $0.signer.status) }
        let isReady = all.contains { $0.1.state == .ready }
        return SignerStatus(
            state: isReady ? .ready : .unavailable(refusal.reason), sessions: all.reduce(0) { $0 + $1.1.sessions },
            queueDepth: all.reduce(0) { $0 + $1.1.queueDepth },
            signatures: all.reduce(0) { $0 &+ $1.1.signatures },
            testSignatures: all.reduce(0) { $0 &+ $1.1.testSignatures },
            lastError: all.lazy.compactMap { name, status in status.lastError.map { "\(name): \($0)" } }.first,
            outage: isReady ? nil : Self.outage(of: all.map(\.1)),
            provenance: Self.provenance(of: all.map(\.1)),
            replicas: all.map { SignerStatus.Replica(tokenName: $0, status: $1) })
    }

    /// Since the last of them went away, until the first is tried again.
    private static func outage(of all: [SignerStatus]) -> SignerStatus.Outage? {
        let outages = all.compactMap(\.outage)
        return outages.map(\.lasting).min().map { lasting in
            SignerStatus.Outage(lasting: lasting, nextAttempt: outages.compactMap(\.nextAttempt).min())
        }
    }

    /// Of the key that has seen the most of the world.
    private static func provenance(of all: [SignerStatus]) -> KeyProvenance? {
        let known = all.compactMap(\.provenance)
        return known.first { !$0.wasGeneratedInToken } ?? known.first
    }
}

extension SigningError.Kind {
    /// Whether another token with the same key is worth asking. Where the time is up, nobody waits for that any more.
    fileprivate var mayFareBetterElsewhere: Bool {
        switch self {
        case .busy, .unavailable, .exhausted, .failed, .invalidSignature, .misconfigured, .notOpened, .pin: true
        case .expired, .cancelled, .closed, .timedOut: false
        }
    }
}
