import Dispatch
import Glibc
import PKCS11
import PublicKeys

/// An open session with the handles of the keys that it has used.
struct KeySession: ~Copyable {
    private let connection: TokenConnection
    private let session: Session
    private var handles: [KeyHandle?] = []
    /// Where `C_Sign` writes: large enough for RSA 8192.
    private var buffer = [UInt8](repeating: 0, count: 1024)

    /// A key as this session uses it.
    private struct KeyHandle {
        let object: ObjectHandle
        let isCopy: Bool
        let method: SigningMethod
        let wantsConfirmation: Bool
        /// When the token's own object was last seen, in nanoseconds of uptime.
        var seenAt: UInt64
    }

    init(_ connection: TokenConnection) throws(SessionFault) {
        do throws(PKCS11Error) {
            session = try connection.openSession()
        } catch {
            throw SessionFault(error)
        }
        self.connection = connection
        connection.sessionOpened()
    }

    deinit { connection.sessionClosed() }

    func belongs(to connection: TokenConnection) -> Bool { self.connection === connection }

    mutating func sign(_ message: [UInt8], with key: TokenKey) throws(SessionFault) -> VerifiedSignature {
        let handle = try handle(of: key)
        return try sign(message, with: handle.object, key, handle.method, wantsConfirmation: handle.wantsConfirmation)
    }

    /// What the token returns is not trusted: it leaves here only if the CA's public key verifies it.
    private mutating func sign(
        _ message: [UInt8], with object: ObjectHandle, _ key: TokenKey, _ method: SigningMethod,
        wantsConfirmation: Bool
    ) throws(SessionFault) -> VerifiedSignature {
        let data = method.data(for: message)
        let count: Int
        if wantsConfirmation {
            let connection = connection
            count = try connection.oneAtATime { () throws(SessionFault) in
                try use(object, method.mechanism, on: data, wantsConfirmation: true)
            }
        } else {
            count = try use(object, method.mechanism, on: data, wantsConfirmation: false)
        }
        let octets: [UInt8]
        do throws(SignatureFormat.Invalid) {
            octets = try key.format.value(from: buffer, count: count)
        } catch {
            throw SessionFault(.invalidSignature(error.reason), reachedSign: true)
        }
        let (publicKey, algorithm) = (key.configuration.publicKey, key.configuration.algorithm)
        guard let signature = VerifiedSignature(octets, over: message, by: publicKey, algorithm: algorithm) else {
            throw SessionFault(
                .invalidSignature(
                    "the token's signature does not verify: it is damaged, or the private key"
                        + " \(key.configuration.uri) does not belong to the public key"), reachedSign: true)
        }
        return signature
    }

    /// Has the token sign; the result's size in `buffer`.
    private mutating func use(
        _ object: ObjectHandle, _ mechanism: Mechanism, on data: [UInt8], wantsConfirmation: Bool
    ) throws(SessionFault) -> Int {
        do throws(PKCS11Error) {
            try session.beginSigning(mechanism, key: object)
            if wantsConfirmation { try connection.confirm(session) }
        } catch {
            throw SessionFault(error)
        }
        do throws(PKCS11Error) {
            return try session.sign(data, into: &buffer)
        } catch {
            throw SessionFault(error, reachedSign: true)
        }
    }
}

extension KeySession {
    /// The key's handle in this session: looked up once, then copied into a session object where that works, and tested.
    private mutating func handle(of key: TokenKey) throws(SessionFault) -> KeyHandle {
        if key.index < handles.count, let handle = handles[key.index] {
            guard handle.isCopy else { return handle }
            return try confirmed(handle, of: key)
        }
        guard let profile = key.profile else {
            throw SessionFault(.misconfigured("the key \(key.configuration.uri) has not been tested"))
        }
        let original = try find(key)
        var (object, isCopy) = (original, false)
        if key.isCopyable, let copy = try copy(original, of: key) {
            do throws(SessionFault) {
                try test(key, copy, profile.method, wantsConfirmation: profile.wantsConfirmation)
                (object, isCopy) = (copy, true)
            } catch let fault where fault.isOfTheObject {
                // After a failed C_Sign the session has to go; the next one takes the token's object.
                key.isCopyable = false
                throw SessionFault(.uncopyable(fault.reason, signedWrongly: fault.isWrongSignature))
            }
        }
        if !isCopy {
            try test(key, object, profile.method, wantsConfirmation: profile.wantsConfirmation)
        }
        let handle = KeyHandle(
            object: object, isCopy: isCopy, method: profile.method,
            wantsConfirmation: profile.wantsConfirmation, seenAt: DispatchTime.now().uptimeNanoseconds)
        while handles.count <= key.index { handles.append(nil) }
        handles[key.index] = handle
        return handle
    }

    /// A session object made of the key; `nil` where the token makes none.
    private func copy(_ original: ObjectHandle, of key: TokenKey) throws(SessionFault) -> ObjectHandle? {
        do throws(PKCS11Error) {
            return try session.copyToSessionObject(original)
        } catch {
            switch Remedy(error) {
            // That is the session's fault, or the token's, and says nothing of copies.
            case .anew, .gone, .pin: throw SessionFault(error)
            case .wait: return nil
            case .suspect, .giveUp:
                key.isCopyable = false
                return nil
            }
        }
    }

    /// A copy outlives the key in the token, so from time to time look whether that is still there.
    private mutating func confirmed(_ handle: KeyHandle, of key: TokenKey) throws(SessionFault) -> KeyHandle {
        let now = DispatchTime.now().uptimeNanoseconds
        guard now &- handle.seenAt > connection.configuration.keyCheckInterval.wholeNanoseconds else { return handle }
        do throws(SessionFault) {
            _ = try find(key)
        } catch {
            handles[key.index] = nil
            try? session.destroyObject(handle.object)
            throw error
        }
        var seen = handle
        seen.seenAt = now
        handles[key.index] = seen
        return seen
    }

    private func find(_ key: TokenKey) throws(SessionFault) -> ObjectHandle {
        var pause: UInt32 = 1000
        while true {
            do throws(PKCS11Error) {
                return try session.findObject(key.configuration.uri, of: .privateKey)
            } catch {
                // In SoftHSM, a copy that another session is just making shows as a token object for a moment.
                guard case .objects = error, pause <= 64_000 else { throw SessionFault(error) }
                usleep(pause)
                pause *= 2
            }
        }
    }

    /// Has the object sign a test message.
    private mutating func test(
        _ key: TokenKey, _ object: ObjectHandle, _ method: SigningMethod, wantsConfirmation: Bool
    ) throws(SessionFault) {
        key.countTestSignature()
        do throws(SessionFault) {
            _ = try sign(TestMessage.fresh(), with: object, key, method, wantsConfirmation: wantsConfirmation)
        } catch {
            // A test message's signature is nobody's certificate.
            throw SessionFault(error.problem)
        }
    }
}

extension KeySession {
    /// Finds the key and checks what the token says of it.
    func examine(_ key: TokenKey) throws(SessionFault) -> (KeyProvenance, wantsConfirmation: Bool) {
        try requireThisToken(key.configuration.uri)
        let (object, name) = (try find(key), key.configuration.uri.description)
        let wanted: [(AttributeType, Bool, String)] = [
            (.sensitive, true, "CKA_SENSITIVE"), (.extractable, false, "CKA_EXTRACTABLE"), (.sign, true, "CKA_SIGN"),
        ]
        for (attribute, value, attributeName) in wanted where try flag(attribute, of: object) != value {
            throw SessionFault(.misconfigured("the key \(name) has \(attributeName) other than \(value)"))
        }
        let type = key.configuration.publicKey.material.keyType
        guard try number(.keyType, of: object) == type.rawValue else {
            throw SessionFault(
                .misconfigured("the key \(name) is of another type than its public key, \(key.configuration.publicKey)")
            )
        }
        let provenance = KeyProvenance(
            isLocal: try flag(.local, of: object), wasAlwaysSensitive: try flag(.alwaysSensitive, of: object),
            wasNeverExtractable: try flag(.neverExtractable, of: object))
        guard provenance.wasGeneratedInToken || !key.configuration.requireGeneratedInToken else {
            throw SessionFault(
                .misconfigured(
                    "the key \(name) was not generated in the token: CKA_LOCAL, CKA_ALWAYS_SENSITIVE and"
                        + " CKA_NEVER_EXTRACTABLE are not all true"))
        }
        return (provenance, try flag(.alwaysAuthenticate, of: object))
    }

    /// A key's URI may name its token too; then it has to be this one.
    private func requireThisToken(_ uri: URI) throws(SessionFault) {
        guard uri.namesToken else { return }
        let info: TokenInfo
        do throws(PKCS11Error) { info = try connection.tokenInfo() } catch { throw SessionFault(error) }
        guard uri.matches(info) else {
            throw SessionFault(.misconfigured("\(uri) names another token than \(connection.configuration.name)"))
        }
    }

    private func flag(_ attribute: AttributeType, of object: ObjectHandle) throws(SessionFault) -> Bool {
        do throws(PKCS11Error) {
            return try session.flag(attribute, of: object)
        } catch {
            throw SessionFault(error)
        }
    }

    private func number(_ attribute: AttributeType, of object: ObjectHandle) throws(SessionFault) -> UInt? {
        do throws(PKCS11Error) {
            return try session.number(attribute, of: object)
        } catch {
            throw SessionFault(error)
        }
    }

    /// Has the token's own object sign a test message in this way.
    mutating func tryOut(
        _ method: SigningMethod, _ key: TokenKey, wantsConfirmation: Bool
    ) throws(SessionFault) {
        try test(key, try find(key), method, wantsConfirmation: wantsConfirmation)
    }
}

extension PublicKey.Material {
    fileprivate var keyType: KeyType {
        switch self {
        case .ellipticCurve: .ec
        case .rsa: .rsa
        case .ed25519: .ecEdwards
        }
    }
}
