import PublicKeys
import TestSupport
import Testing

@testable import PKCS11

@Suite("Objects and keys")
struct ObjectTests {
    @Test(
        "A key pair of each type shows its public key",
        arguments: [
            (KeyPairType.p256, "EC P-256"), (.p384, "EC P-384"), (.p521, "EC P-521"), (.rsa(bits: 2048), "RSA 2048"),
            (.ed25519, "Ed25519"),
        ])
    func keyPairs(_ type: KeyPairType, _ description: String) throws {
        let token = try SoftHSMToken()
        let key = try token.makeKey(type)
        #expect(key.publicKey.description == description)
        let session = try token.openSession()
        let privateKey = try session.findObject(key.uri, of: .privateKey)
        for attribute in [AttributeType.sensitive, .sign, .local, .alwaysSensitive, .neverExtractable, .token] {
            #expect(try session.flag(attribute, of: privateKey))
        }
        #expect(try !session.flag(.extractable, of: privateKey))
        try session.close()
    }

    @Test("No object, two objects, and a URI that names none are errors")
    func finding() throws {
        let token = try SoftHSMToken()
        let first = try token.makeKey(.p256, label: "same", id: [1])
        _ = try token.makeKey(.p256, label: "same", id: [2])
        let session = try token.openSession()
        #expect(Self.search(session, "pkcs11:object=same").contains("more than one"))
        #expect(Self.search(session, "pkcs11:object=other").contains("no object"))
        #expect(Self.search(session, "pkcs11:object=same;id=%03").contains("no object"))
        #expect(Self.search(session, "pkcs11:token=x").contains("names no object"))
        #expect(Self.search(session, "pkcs11:object=same;id=%01;type=public").contains("type="))
        #expect(Self.search(session, "pkcs11:object=same;id=%02") == "found")
        #expect(Self.search(session, "pkcs11:id=%02", .publicKey) == "found")
        #expect(try session.findObjects([.objectClass(.privateKey)]).count == 2)
        #expect(try session.findObjects([.objectClass(.privateKey)], limit: 1).count == 1)
        #expect(try session.attribute(.id, of: session.findObject(first.uri, of: .privateKey)) == [1])
        try session.close()
    }

    private static func search(
        _ session: borrowing Session, _ uri: String, _ objectClass: ObjectClass = .privateKey
    ) -> String {
        do {
            _ = try session.findObject(URI(uri), of: objectClass)
            return "found"
        } catch {
            return String(describing: error)
        }
    }

    @Test("More objects than one batch holds are all found")
    func batches() throws {
        let session = try SoftHSMToken().openSession()
        for index in 0..<70 as Range<UInt8> {
            _ = try session.generateKeyPair(.p256, label: "k", id: [index], inToken: false)
        }
        #expect(try session.findObjects([.objectClass(.privateKey)]).count == 70)
        #expect(try session.findObjects([.objectClass(.privateKey)], limit: 65).count == 65)
        try session.close()
    }

    @Test("An attribute that is missing or secret is nil, and false as a flag")
    func attributes() throws {
        let session = try SoftHSMToken().openSession()
        let pair = try session.generateKeyPair(.p256, label: "k", id: [7], inToken: false)
        #expect(try session.attribute(.modulus, of: pair.privateKey) == nil)
        // CKA_VALUE of a sensitive key.
        #expect(try session.attribute(AttributeType(rawValue: 0x11), of: pair.privateKey) == nil)
        #expect(try !session.flag(.modulus, of: pair.privateKey))
        #expect(try session.number(.keyType, of: pair.privateKey) == KeyType.ec.rawValue)
        #expect(try session.number(.label, of: pair.privateKey) == nil)
        #expect(try session.attribute(.label, of: pair.privateKey) == [0x6b])
        try session.close()
    }

    @Test("A session object is gone with its session, and a destroyed object at once")
    func sessionObjects() throws {
        let token = try SoftHSMToken()
        let key = try token.makeKey(.p256)
        let keeper = try token.openSession()
        let session = try token.openSession()
        let copy = try session.copyToSessionObject(session.findObject(key.uri, of: .privateKey))
        #expect(try !keeper.flag(.token, of: copy))
        try session.close()
        #expect(throws: PKCS11Error.self) { try keeper.attribute(.label, of: copy) }
        try keeper.destroyObject(keeper.findObject(key.uri, of: .privateKey))
        #expect(throws: PKCS11Error.self) { try keeper.findObject(key.uri, of: .privateKey) }
        try keeper.close()
    }

    @Test("A signature that does not fit the buffer gets the room that the token asks for")
    func bufferTooSmall() throws {
        let session = try SoftHSMToken().openSession()
        let pair = try session.generateKeyPair(.p256, label: "k", id: [7], inToken: false)
        try session.beginSigning(.ecdsa, key: pair.privateKey)
        var buffer: [UInt8] = [0]
        #expect(try session.sign([UInt8](repeating: 1, count: 32), into: &buffer) == 64)
        #expect(buffer.count == 64)
        try session.close()
    }

    @Test("Signing that was not begun is an error with its code")
    func notBegun() throws {
        let session = try SoftHSMToken().openSession()
        var buffer = [UInt8](repeating: 0, count: 64)
        #expect(throws: PKCS11Error.call(function: "C_Sign", .operationNotInitialized)) {
            try session.sign([1], into: &buffer)
        }
        try session.close()
    }
}

@Suite("Curves")
struct NamedCurveTests {
    @Test("A point is taken raw or in an OCTET STRING, as its length says", arguments: NamedCurve.allCases)
    func points(_ curve: NamedCurve) {
        // The octets of an OCTET STRING's header: what a raw Edwards point may begin with as well.
        let point = [0x04, 0x1e] + [UInt8](repeating: 9, count: curve.pointSize - 2)
        #expect(curve.point(from: point) == point)
        #expect(curve.point(from: DERBuilder.element(0x04, point)) == point)
        #expect(curve.point(from: DERBuilder.element(0x03, point)) == nil)
        #expect(curve.point(from: Array(point.dropLast())) == nil)
        #expect(curve.point(from: DERBuilder.element(0x04, point + [0])) == nil)
        #expect(curve.point(from: []) == nil)
    }

    @Test("A curve is known by its OID, and Ed25519 by its name as well")
    func parameters() {
        for curve in NamedCurve.allCases { #expect(NamedCurve(parameters: curve.objectIdentifier) == curve) }
        #expect(NamedCurve(parameters: [0x13, 0x0c] + Array("edwards25519".utf8)) == .ed25519)
        // secp256k1
        #expect(NamedCurve(parameters: [0x06, 0x05, 0x2b, 0x81, 0x04, 0x00, 0x0a]) == nil)
        #expect(NamedCurve(parameters: []) == nil)
    }
}
