package import PublicKeys

/// A private key that can be used but not seen.
package protocol Signer: Sendable {
    /// The key that verifies this signer's signatures: the one in the CA's certificate.
    var publicKey: PublicKey { get }
    var algorithm: SignatureAlgorithm { get }
    /// How the signer is, at this moment.
    var status: SignerStatus { get }

    /// Whether the next signature may succeed, told without asking the token: so that nothing is put on record for a key that
    /// is known to be out of reach.
    ///
    /// - Throws: what `sign` would throw at once.
    func checkReady() throws(SigningError)

    /// Signs the whole message, and verifies the signature with `publicKey`: what does not verify is not released.
    ///
    /// A cancelled call that the key has not seen yet is dropped.
    func sign(_ message: [UInt8]) async throws(SigningError) -> VerifiedSignature
}

/// How a signer is: for people who look after it.
package struct SignerStatus: Hashable, Sendable, Codable {
    /// How the key is in one of the tokens that it lies in.
    package struct Replica: Hashable, Sendable, Codable {
        package let tokenName: String
        package let status: SignerStatus

        package init(tokenName: String, status: SignerStatus) {
            self.tokenName = tokenName
            self.status = status
        }
    }

    package enum State: Hashable, Sendable, Codable {
        case ready
        /// Signing fails at once with this reason, or failed the last time, and is tried again with the next request.
        case unavailable(String)
    }

    package struct Outage: Hashable, Sendable, Codable {
        package let lasting: Duration
        /// From now; `nil` where nothing is tried before a person has seen to it.
        package let nextAttempt: Duration?

        package init(lasting: Duration, nextAttempt: Duration?) {
            self.lasting = lasting
            self.nextAttempt = nextAttempt
        }
    }

    package let state: State
    /// Sessions that are open with the token, shared by all of its keys.
    package let sessions: Int
    /// Requests that wait for a session, of all keys of the token.
    package let queueDepth: Int
    /// Signatures made since the start, test signatures not counted.
    package let signatures: UInt64
    /// Signatures over messages that no certificate can be: at the start, and after each new session.
    package let testSignatures: UInt64
    package let lastError: String?
    /// Where it is not ready by the token's fault: for how long that has been so, and when it is tried again.
    package let outage: Outage?
    /// How the key came to be; `nil` where no token tells.
    package let provenance: KeyProvenance?
    /// `nil` where nothing was signed of late.
    package let latencies: SigningLatencies?
    /// Each of the tokens, where the key lies in several.
    package let replicas: [Replica]

    package init(
        state: State, sessions: Int = 0, queueDepth: Int = 0, signatures: UInt64 = 0, testSignatures: UInt64 = 0,
        lastError: String? = nil, outage: Outage? = nil, provenance: KeyProvenance? = nil,
        latencies: SigningLatencies? = nil, replicas: [Replica] = []
    ) {
        self.outage = outage
        self.state = state
        self.sessions = sessions
        self.queueDepth = queueDepth
        self.signatures = signatures
        self.testSignatures = testSignatures
        self.lastError = lastError
        self.provenance = provenance
        self.latencies = latencies
        self.replicas = replicas
    }

    /// Each token that the key lies in, by its name, and how the key is in it.
    ///
    /// - Parameter name: that of the only one, where there is one.
    package func places(first name: String) -> [(tokenName: String, status: SignerStatus)] {
        replicas.isEmpty ? [(name, self)] : replicas.map { ($0.tokenName, $0.status) }
    }
}
