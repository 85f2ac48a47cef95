import Dispatch
import PKCS11
package import PublicKeys
import Synchronization
import Threads

/// A key pair that lives in a session and dies with it: to measure what a token can do, without using any CA's key.
package final class ScratchKey: Sendable {
    package let publicKey: PublicKey
    package let algorithm: SignatureAlgorithm
    private let token: Token
    private let method: SigningMethod
    private let format: SignatureFormat
    private let handle: ObjectHandle
    /// Keeps the key alive.
    private let owner: Mutex<Session?>

    /// What a measurement found.
    package struct Measurement: Hashable, Sendable {
        package let count: Int
        package let elapsed: Duration

        package var perSecond: Double { Double(count) / (elapsed / .seconds(1)) }
    }

    private init(
        token: Token, publicKey: PublicKey, algorithm: SignatureAlgorithm, method: SigningMethod, handle: ObjectHandle,
        owner: consuming sending Session
    ) {
        self.token = token
        self.publicKey = publicKey
        self.algorithm = algorithm
        self.method = method
        self.handle = handle
        format = SignatureFormat(publicKey)
        self.owner = Mutex(owner)
    }

    /// Makes a session key pair of the same kind as `key`.
    package static func make(
        in token: Token, like key: PublicKey, algorithm: SignatureAlgorithm
    ) async throws(SigningError) -> ScratchKey {
        guard algorithm.fits(key), let method = SigningMethod.candidates(for: algorithm).first else {
            throw SigningError(.misconfigured, "\(algorithm) does not fit the key, which is \(key)")
        }
        let type: KeyPairType =
            switch key.material {
            case .ellipticCurve(.p256, _): .p256
            case .ellipticCurve(.p384, _): .p384
            case .ellipticCurve(.p521, _): .p521
            case .rsa(let numbers): .rsa(bits: numbers.bitCount)
            case .ed25519: .ed25519
            }
        // RSA 4096 may take a token in software half a minute to find.
        return try await OSThread.run(name: "scratch", limit: .seconds(180)) { () throws(SigningError) in
            do {
                let session = try token.openScratchSession()
                let id = (0..<8).map { _ in UInt8.random(in: 0...255) }
                let pair = try session.generateKeyPair(type, label: "countersign scratch", id: id, inToken: false)
                let publicKey = try PublicKey(subjectPublicKeyInfo: session.subjectPublicKeyInfo(of: pair.publicKey))
                return ScratchKey(
                    token: token, publicKey: publicKey, algorithm: algorithm, method: method, handle: pair.privateKey,
                    owner: session)
            } catch {
                throw SigningError(.failed, "no scratch key of the kind \(key): \(error)")
            }
        }
    }

    /// Signs in a loop, on threads with a session each.
    ///
    /// - Parameters:
    ///   - message: what is signed, over and over.
    ///   - each: called after each signature with its X.509 form, in the thread that made it: what it does is measured too.
    package func measure(
        threads: Int, duration: Duration, message: [UInt8],
        each: (@Sendable (_ signature: [UInt8]) -> Void)? = nil
    ) async throws(SigningError) -> Measurement {
        let limit = duration + token.configuration.deadline
        let results = await withTaskGroup(of: Result<Measurement, SigningError>.self) { group in
            for _ in 0..<max(1, threads) {
                group.addTask {
                    do throws(SigningError) {
                        return .success(
                            try await OSThread.run(name: "scratch", limit: limit) { () throws(SigningError) in
                                try self.loop(for: duration, message, each)
                            })
                    } catch {
                        return .failure(error)
                    }
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        var (count, elapsed) = (0, Duration.zero)
        for result in results {
            let one = try result.get()
            count += one.count
            elapsed = max(elapsed, one.elapsed)
        }
        return Measurement(count: count, elapsed: elapsed)
    }

    /// What one thread does: at least one signature.
    private func loop(
        for duration: Duration, _ message: [UInt8], _ each: (@Sendable ([UInt8]) -> Void)?
    ) throws(SigningError) -> Measurement {
        var count = 0
        var buffer = [UInt8](repeating: 0, count: 1024)
        do {
            let session = try token.openScratchSession()
            let start = DispatchTime.now().uptimeNanoseconds
            let length = duration.wholeNanoseconds
            var elapsed: UInt64 = 0
            repeat {
                try session.beginSigning(method.mechanism, key: handle)
                let size = try session.sign(method.data(for: message), into: &buffer)
                let signature = try format.value(from: buffer, count: size)
                each?(signature)
                count += 1
                elapsed = DispatchTime.now().uptimeNanoseconds &- start
            } while elapsed < length
            try session.close()
            return Measurement(count: count, elapsed: .nanoseconds(Int64(clamping: elapsed)))
        } catch {
            throw SigningError(.failed, "the scratch key does not sign: \(error)", outcome: .possiblySigned)
        }
    }

    /// Destroys the key, and closes its session.
    package func destroy() {
        let session = owner.withLock { $0.take() }
        try? session?.destroyObject(handle)
        _ = consume session
    }
}
