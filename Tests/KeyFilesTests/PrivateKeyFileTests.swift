import Foundation
import Glibc
import PKCS11
import PublicKeys
import TestSupport
import Testing

@testable import KeyFiles

/// Key files as `openssl` writes them, and what is none.
@Suite("private keys in files")
struct PrivateKeyFileTests {
    /// How `openssl` makes a key of each kind.
    static let kinds: [(type: KeyPairType, arguments: [String])] = [
        (.p256, ["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"]),
        (.p384, ["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-384"]),
        (.p521, ["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-521"]),
        (.rsa(bits: 2048), ["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"]),
        (.ed25519, ["-algorithm", "ED25519"]),
    ]

    private func octets(_ file: [UInt8]) throws -> SecretOctets {
        var octets = try SecretOctets(capacity: max(1, file.count))
        unsafe octets.append { room in
            unsafe room.copyBytes(from: file)
            return file.count
        }
        return octets
    }

    private struct NoPassphrase: Error {}

    /// - Returns: what is known of the key, which itself cannot be copied.
    private func read(_ file: [UInt8], _ passphrase: String? = nil) throws -> (
        PublicKey, KeyPairType, isEncrypted: Bool
    ) {
        let key = try PrivateKeyFile(octets(file)) {
            guard let passphrase else { throw NoPassphrase() }
            return try PIN(copying: Array(passphrase.utf8))
        }
        return (key.publicKey, key.type, key.isEncrypted)
    }

    private func error(_ file: [UInt8], _ passphrase: String? = nil) -> KeyFileError? {
        do {
            _ = try read(file, passphrase)
            return nil
        } catch { return error as? KeyFileError }
    }

    @Test("a key is read from every form that openssl writes it in, and is the same one", arguments: kinds)
    func forms(_ type: KeyPairType, _ arguments: [String]) throws {
        let openssl = try OpenSSLTool()
        defer { openssl.close() }
        try openssl.run(["genpkey", "-out", "key"] + arguments)
        let publicKey = try PublicKey(
            subjectPublicKeyInfo: openssl.run("pkey", "-in", "key", "-pubout", "-outform", "DER"))
        var forms: [([String], isEncrypted: Bool)] = [
            (["pkey", "-in", "key"], false), (["pkey", "-in", "key", "-outform", "DER"], false),
            (["pkey", "-in", "key", "-text"], false),
        ]
        for outer in ["PEM", "DER"] {
            let convert = ["pkcs8", "-topk8", "-in", "key", "-outform", outer, "-passout", "pass:secret"]
            for encryption in [
                ["-v2", "aes-128-cbc"], ["-v2", "aes-256-cbc", "-v2prf", "hmacWithSHA512"], ["-scrypt"],
            ] {
                forms.append((convert + encryption, true))
            }
            // SEC 1, PKCS #1.
            if type != .ed25519 { forms.append((["pkey", "-in", "key", "-traditional", "-outform", outer], false)) }
        }
        if type == .p256 {
            forms.append((["ec", "-in", "key", "-conv_form", "compressed", "-outform", "DER"], false))
            forms.append((["ec", "-in", "key", "-no_public", "-outform", "DER"], false))
        }
        for (command, isEncrypted) in forms {
            let read = try read(openssl.run(command), isEncrypted ? "secret" : nil)
            #expect(read == (publicKey, type, isEncrypted), "\(command)")
        }
        // What `openssl ecparam -genkey` writes before the key, and a certificate behind it.
        try openssl.run("req", "-x509", "-new", "-key", "key", "-subj", "/CN=x", "-out", "certificate")
        var blocks = type == .p256 ? try openssl.run("ecparam", "-name", "prime256v1") : []
        blocks += try openssl.read("key") + openssl.read("certificate")
        #expect(try read(blocks).0 == publicKey)
    }

    @Test("the passphrase is asked for once, and only where the file is encrypted; a wrong one gives no key")
    func passphrases() throws {
        let openssl = try OpenSSLTool()
        defer { openssl.close() }
        try openssl.run(["genpkey", "-out", "key"] + Self.kinds[0].arguments)
        let file = try openssl.run("pkcs8", "-topk8", "-in", "key", "-passout", "pass:secret")
        #expect(throws: NoPassphrase.self) { try read(file) }
        #expect(error(file, "Secret") == .wrongPassphrase)
        #expect(error(file, String(repeating: "x", count: 1024)) == .wrongPassphrase)
        var costly = try openssl.run(
            "pkcs8", "-topk8", "-in", "key", "-outform", "DER", "-scrypt", "-passout", "pass:secret")
        // Its blockSize (RFC 7914 § 7.1), of 8 made 64.
        let parameters: [UInt8] = [0x02, 0x02, 0x40, 0x00, 0x02, 0x01, 0x08]
        let place = try #require(costly.firstRange(of: parameters))
        costly[place.upperBound - 1] = 64
        #expect(error(costly, "secret") == .costlyEncryption)
        let old = try openssl.run("ec", "-in", "key", "-aes256", "-passout", "pass:secret")
        #expect(error(old, "secret") == .oldEncryption)
    }

    @Test("what is no key, more than one, or of another kind is refused by name")
    func refused() throws {
        let openssl = try OpenSSLTool()
        defer { openssl.close() }
        try openssl.run(["genpkey", "-out", "key"] + Self.kinds[0].arguments)
        let key = try openssl.read("key")
        try openssl.run("req", "-x509", "-new", "-key", "key", "-subj", "/CN=x", "-out", "certificate")
        #expect(error(key + key) == .ambiguous)
        #expect(error(try openssl.read("certificate")) == .absent)
        #expect(error(Array("no key\n".utf8)) == .malformed)
        #expect(error([]) == .malformed)
        #expect(error(try openssl.run("pkey", "-in", "key", "-pubout")) == .absent)
        for arguments in [
            ["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:secp256k1"],
            ["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-pkeyopt", "ec_param_enc:explicit"],
            ["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:1024"], ["-algorithm", "ED448"],
            ["-algorithm", "X25519"],
            ["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048", "-pkeyopt", "rsa_keygen_primes:3"],
            ["-algorithm", "RSA-PSS", "-pkeyopt", "rsa_keygen_bits:2048"],
        ] {
            let refusal = error(try openssl.run(["genpkey"] + arguments))
            guard case .unsupported? = refusal else {
                Issue.record("\(arguments): \(refusal as Any)")
                continue
            }
        }
    }

    @Test("a file that is cut off or has one octet changed gives an error, or another key; never a trap")
    func damaged() throws {
        let openssl = try OpenSSLTool()
        defer { openssl.close() }
        try openssl.run(["genpkey", "-out", "key"] + Self.kinds[0].arguments)
        let publicKey = try read(openssl.read("key")).0
        for der in [
            try openssl.run("pkey", "-in", "key", "-outform", "DER"),
            try openssl.run("pkey", "-in", "key", "-traditional", "-outform", "DER"),
        ] {
            for count in 0..<der.count { #expect(error(Array(der.prefix(count))) != nil, "\(count)") }
            #expect(error(der + [0]) == .malformed)
            for place in der.indices {
                var changed = der
                changed[place] ^= 0x01
                guard let found = try? read(changed).0 else { continue }
                // An attribute or a flag that says nothing of the key.
                #expect(found == publicKey, "\(place)")
            }
        }
    }

    @Test("a file is read up to its limit, and one that is empty or larger is refused")
    func sizes() throws {
        let openssl = try OpenSSLTool()
        defer { openssl.close() }
        func read(_ count: Int) throws -> Int {
            try openssl.write([UInt8](repeating: 0x20, count: count), to: "file")
            let descriptor = unsafe open(openssl.folder.path + "/file", O_RDONLY)
            defer { close(descriptor) }
            return try SecretOctets.read(descriptor).count
        }
        #expect(try read(PrivateKeyFile.maximumSize) == PrivateKeyFile.maximumSize)
        #expect(throws: KeyFileError.self) { try read(PrivateKeyFile.maximumSize + 1) }
        #expect(throws: KeyFileError.self) { try read(0) }
        // A directory.
        let folder = unsafe open("/", O_RDONLY)
        defer { close(folder) }
        #expect(throws: KeyFileError.self) { try SecretOctets.read(folder).count }
    }
}
