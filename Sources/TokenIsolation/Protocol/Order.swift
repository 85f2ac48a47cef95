import PKCS11
import PublicKeys
import Signing

/// What the daemon asks of a module's host. Each is answered once, by its number, but for `cancel`.
enum Order: Sendable {
    /// Find the token, and say which it is, without logging in. Answered by `TokenIdentity`.
    case identify(UInt64, TokenDescription)
    /// Log in, and bring it back whenever it is lost. Answered by `Fault`.
    case open(UInt64, TokenDescription)
    /// Get a key ready. Answered by `Fault`.
    case prepare(UInt64, KeyDescription)
    /// Sign a message with the key of that index. Answered by the signature.
    case sign(UInt64, key: UInt32, [UInt8])
    /// Nobody waits for that signature any more.
    case cancel(UInt64)

    var frame: Frame {
        get throws(MalformedFrame) {
            switch self {
            case .identify(let number, let token): Frame(kind: 1, payload: try withJSON(number, token))
            case .open(let number, let token): Frame(kind: 2, payload: try withJSON(number, token))
            case .prepare(let number, let key): Frame(kind: 3, payload: try withJSON(number, key))
            case .sign(let number, let key, let message): Frame(kind: 4, payload: Self.encoded(number, key, message))
            case .cancel(let number): Frame(kind: 5, payload: Self.encoded(number))
            }
        }
    }

    init(_ frame: Frame) throws(MalformedFrame) {
        var rest = frame.payload[...]
        let number = try rest.takeNumber(UInt64.self)
        switch frame.kind {
        case 1: self = .identify(number, try Frame.value(rest))
        case 2: self = .open(number, try Frame.value(rest))
        case 3: self = .prepare(number, try Frame.value(rest))
        case 4: self = .sign(number, key: try rest.takeNumber(UInt32.self), Array(rest))
        case 5: self = .cancel(number)
        case let kind: throw MalformedFrame("an order of kind \(kind)")
        }
    }

    private static func encoded(_ number: UInt64, _ key: UInt32? = nil, _ message: [UInt8] = []) -> [UInt8] {
        var octets: [UInt8] = []
        octets.reserveCapacity(12 + message.count)
        octets.append(bigEndian: number)
        if let key { octets.append(bigEndian: key) }
        octets += message
        return octets
    }
}

/// A token's configuration in words; no PIN is in it, only where the host reads that.
struct TokenDescription: Codable, Hashable, Sendable {
    let name: String
    let modulePath: String
    let uri: String
    let pinFile: String?
    let pinCredential: String?
    let sessions: Int
    let queueLimit: Int
    let deadline: Duration
    let initializationString: String?
    let allowsSpy: Bool
    let keyCheckInterval: Duration
    let proofInterval: Duration
    let latchPath: String?
    /// Whether a token or a key that does not open is tried again until it does.
    let triesOn: Bool

    /// - Throws: `SigningError` where the PIN comes from a descriptor: that is read once, and a host may be started twice.
    init(_ configuration: TokenConfiguration, triesOn: Bool) throws(SigningError) {
        switch configuration.pinSource {
        case .file(let path): (pinFile, pinCredential) = (path, nil)
        case .credential(let name): (pinFile, pinCredential) = (nil, name)
        case nil: (pinFile, pinCredential) = (nil, nil)
        case .descriptor:
            throw SigningError(
                .misconfigured,
                "the PIN of token \(configuration.name), which has a process of its own, comes from a descriptor")
        }
        name = configuration.name
        modulePath = configuration.modulePath
        uri = configuration.uri.text
        sessions = configuration.sessions
        queueLimit = configuration.queueLimit
        deadline = configuration.deadline
        initializationString = configuration.initializationString
        allowsSpy = configuration.allowsSpy
        keyCheckInterval = configuration.keyCheckInterval
        proofInterval = configuration.proofInterval
        latchPath = configuration.latch?.path
        self.triesOn = triesOn
    }

    func configuration() throws(SigningError) -> TokenConfiguration {
        TokenConfiguration(
            name: name, modulePath: modulePath, uri: try URI(told: uri),
            pinSource: pinFile.map { .file($0) } ?? pinCredential.map { .credential($0) }, sessions: sessions,
            queueLimit: queueLimit, deadline: deadline, initializationString: initializationString,
            allowsSpy: allowsSpy, keyCheckInterval: keyCheckInterval, proofInterval: proofInterval,
            latch: latchPath.map { PINLatch(path: $0) })
    }
}

/// Which key of the token is meant, and whose it has to be.
struct KeyDescription: Codable, Hashable, Sendable {
    let index: UInt32
    let uri: String
    /// DER.
    let subjectPublicKeyInfo: [UInt8]
    let algorithm: String
    let requireGeneratedInToken: Bool

    init(_ configuration: KeyConfiguration, index: UInt32) {
        self.index = index
        uri = configuration.uri.text
        subjectPublicKeyInfo = configuration.publicKey.subjectPublicKeyInfo
        algorithm = configuration.algorithm.name
        requireGeneratedInToken = configuration.requireGeneratedInToken
    }

    func configuration() throws(SigningError) -> KeyConfiguration {
        guard let publicKey = try? PublicKey(subjectPublicKeyInfo: subjectPublicKeyInfo),
            let algorithm = SignatureAlgorithm(name: algorithm)
        else { throw SigningError(.misconfigured, "the key \(uri) is told in words that are not known here") }
        return KeyConfiguration(
            uri: try URI(told: uri), publicKey: publicKey, algorithm: algorithm,
            requireGeneratedInToken: requireGeneratedInToken)
    }
}

extension URI {
    fileprivate init(told text: String) throws(SigningError) {
        do { self = try URI(text) } catch { throw SigningError(.misconfigured, "the URI \(text): \(error)") }
    }
}

/// A number, and a value as JSON.
private func withJSON(_ number: UInt64, _ value: some Encodable) throws(MalformedFrame) -> [UInt8] {
    var octets: [UInt8] = []
    octets.append(bigEndian: number)
    octets += try Frame.json(value)
    return octets
}
