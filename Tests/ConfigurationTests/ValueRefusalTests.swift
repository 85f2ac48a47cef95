import Configuration
import Testing

struct ValueRefusalTests {
    private static let socket = "version: 1\nsocket: "

    @Test(
        "Socket, limits and sizes stay within what the system can do",
        arguments: [
            Refusal(
                "version: 1", socket + "{path: /\(String(repeating: "a", count: 107))}", "socket.path",
                "is 108 octets long"),
            Refusal("version: 1", socket + "{path: ~/sock}", "socket.path", "only a shell expands"),
            Refusal("version: 1", socket + "{mode: 0660}", "socket.mode", "is an octal number to some readers"),
            Refusal("version: 1", socket + "{mode: 660}", "socket.mode", "is a whole number, not a text"),
            Refusal("version: 1", socket + "{mode: \"0777\"}", "socket.mode", "is not a mode"),
            Refusal("version: 1", socket + "{mode: \"0060\"}", "socket.mode", "is not a mode"),
            Refusal("version: 1", socket + "{mode: \"+660\"}", "socket.mode", "is not a mode"),
            Refusal("version: 1", socket + "{maximumLineBytes: 1KiB}", "socket.maximumLineBytes", "is 1024 octets"),
            Refusal("version: 1", socket + "{maximumLineBytes: 4095}", "socket.maximumLineBytes", "is 4095"),
            Refusal("version: 1", socket + "{maximumLineBytes: 256KB}", "socket.maximumLineBytes", "is not a size"),
            Refusal("version: 1", socket + "{maximumLineBytes: 256 KiB}", "socket.maximumLineBytes", "is not a size"),
            Refusal(
                "version: 1", socket + "{maximumLineBytes: 9223372036854775807MiB}", "socket.maximumLineBytes",
                "is not a size"),
            Refusal("version: 1", socket + "{maximumLineBytes: 4KiB}", "socket", "does not fit"),
            Refusal("version: 1", "version: 1\nlimits: {maximumCSRLength: 300000}", "limits", "does not fit"),
            Refusal("version: 1", "version: 1\nlimits: {connections: 0}", "limits.connections", "has to be from 1"),
            Refusal(
                "version: 1", "version: 1\nlimits: {connections: 10, connectionsPerUser: 11}",
                "limits.connectionsPerUser", "from 1 to 10"),
            Refusal(
                "version: 1", "version: 1\nlimits: {requestsInFlightPerUser: -1}", "limits.requestsInFlightPerUser",
                "is -1"),
            Refusal("version: 1", "version: 1\nlimits: {lineTimeout: 0s}", "limits.lineTimeout", "is zero"),
        ])
    func socketAndLimits(refusal: Refusal) throws { try refusal.check() }

    @Test(
        "The journal's folder has not the name under which another journal's is made",
        arguments: ["journal.new", "journal.new/", ".new"])
    func journalFolder(name: String) throws {
        try Refusal("countersign/journal", "countersign/\(name)", "journal.directory", "ends in .new").check()
    }

    private static let pin = "pin: { file: /etc/countersign/pin }"

    @Test(
        "A token is named so that it is found again, and its PIN is elsewhere",
        arguments: [
            Refusal("pkcs11:token=countersign", "token=countersign", "tokens[0].uri", "does not begin with `pkcs11:`"),
            Refusal(
                "pkcs11:token=countersign", "pkcs11:token=countersign?pin-value=1234", "tokens[0].uri",
                "holds a pin-value"),
            Refusal(
                "pkcs11:token=countersign", "pkcs11:token=countersign?module-path=/x", "tokens[0].uri", "has a query"),
            Refusal(
                "pkcs11:token=countersign", "pkcs11:token=countersign?pin-source=file:/x", "tokens[0]",
                "has both a pin and a pin-source"),
            Refusal(
                "pkcs11:token=countersign", "pkcs11:token=countersign?pin-source=file:x", "tokens[0].uri",
                "other than file:/absolute/path"),
            Refusal(
                "pkcs11:token=countersign", "pkcs11:token=countersign?pin-source=%7Ccat", "tokens[0].uri",
                "has a query"),
            Refusal(
                "pkcs11:token=countersign", "pkcs11:token=countersign?pin-source=file://host/x", "tokens[0].uri",
                "other than file:/absolute/path"),
            Refusal(
                "pkcs11:token=countersign", "pkcs11:token=countersign?pin-source=file:/x&pin-source=file:/y",
                "tokens[0].uri", "other than file:/absolute/path"),
            Refusal(
                "pkcs11:object=issuing", "pkcs11:object=issuing?pin-source=file:/x", "authorities[0].key",
                "has a query"),
            Refusal(pin, "queue: 1", "tokens[0]", "has no `pin`"),
            Refusal(pin, pin + "\n    allowSpy: on", "tokens[0].allowSpy", "boolean to some readers"),
            Refusal(
                "pkcs11:token=countersign", "pkcs11:token=countersign;slot-id=1", "tokens[0].uri", "names `slot-id`"),
            Refusal("pkcs11:token=countersign", "pkcs11:model=x", "tokens[0].uri", "names neither `token`"),
            Refusal("pkcs11:token=countersign", "pkcs11:token=a;token=b", "tokens[0].uri", "names `token` twice"),
            Refusal("pkcs11:token=countersign", "pkcs11:token=a%2", "tokens[0].uri", "percent-encoded"),
            Refusal("pkcs11:token=countersign", "pkcs11:token=a b", "tokens[0].uri", "percent-encoded"),
            Refusal("pkcs11:token=countersign", "pkcs11:token=", "tokens[0].uri", "is not a list of name=value"),
            Refusal(
                "uri: pkcs11:token=countersign", "uri: \"pkcs11:\"", "tokens[0].uri", "is not a list of name=value"),
            Refusal("pkcs11:object=issuing", "pkcs11:object=issuing;token=x", "authorities[0].key", "names `token`"),
            Refusal("pkcs11:object=issuing", "pkcs11:type=private", "authorities[0].key", "names neither `object`"),
            Refusal(
                "pkcs11:object=issuing", "pkcs11:object=issuing;type=public", "authorities[0].key", "no private key"),
            Refusal(
                "module: /usr/lib/softhsm/libsofthsm2.so", "module: libsofthsm2.so", "tokens[0].module",
                "is not an absolute path"),
            Refusal(pin, "pin: \"1234\"", "tokens[0].pin", "is a text, not one of"),
            Refusal(pin, "pin: {}", "tokens[0].pin", "has none of file, credential and descriptor"),
            Refusal(pin, "pin: {file: a, descriptor: 3}", "tokens[0].pin", "has more than one"),
            Refusal(pin, "pin: {descriptor: 2}", "tokens[0].pin.descriptor", "has to be from 3"),
            Refusal(pin, "pin: {credential: ../x}", "tokens[0].pin.credential", "is not 1 to 64"),
            Refusal(pin, pin + "\n    sessions: 0", "tokens[0].sessions", "from 1 to 1024"),
        ])
    func tokens(refusal: Refusal) throws { try refusal.check() }

    @Test("No message repeats what could be a PIN")
    func secrets() throws {
        let secret = "s3cret-1234"
        for new in [
            "pin: \(secret)", "pin: [\(secret)]", "pin: { value: \(secret) }",
            "pin: { file: x }\n    uri2: pkcs11:token=a?pin-value=\(secret)",
        ] {
            let problems = Examples.problems(try Edit(Self.pin, new).applied(to: Examples.smallest))
            #expect(!problems.isEmpty)
            #expect(!problems.contains { $0.message.contains(secret) || $0.path.contains(secret) })
        }
        let uri = try Edit("countersign\n", "countersign?pin-value=\(secret)\n").applied(to: Examples.smallest)
        #expect(!Examples.problems(uri).contains { $0.message.contains(secret) })
    }

    private static let issuing = "chain: issuing-chain.pem"

    @Test(
        "An authority is named once, and says only what there is",
        arguments: [
            Refusal("name: main", "name: main/2\n    # main", "tokens[0].name", "is not 1 to 64"),
            Refusal("id: issuing", "id: \"..\"", "authorities[0].id", "is not 1 to 64"),
            Refusal("token: main", "token: mian", "authorities[0].token", "did you mean `main`?"),
            Refusal(issuing, issuing + "\n    state: off", "authorities[0].state", "boolean to some readers"),
            Refusal(issuing, issuing + "\n    state: inactive", "authorities[0].state", "did you mean `active`?"),
            Refusal(
                issuing, issuing + "\n    signatureAlgorithm: ecdsa-with-SHA265", "authorities[0].signatureAlgorithm",
                "did you mean `ecdsa-with-SHA256`?"),
            Refusal(
                issuing, issuing + "\n    subjectKeyIdentifier: SHA-1", "authorities[0].subjectKeyIdentifier",
                "did you mean `sha1`?"),
            Refusal(
                issuing, issuing + "\n    ocsp: [https://ocsp.example]", "authorities[0].ocsp[0]",
                "is not an http:// URL"),
            Refusal(issuing, issuing + "\n    caIssuers: [\"http://\"]", "authorities[0].caIssuers[0]", "with a host"),
            Refusal(
                issuing, issuing + "\n    caIssuers: [http://a/ä]", "authorities[0].caIssuers[0]", "printable ASCII"),
            Refusal(
                issuing, issuing + "\n    crlDistributionPoints: [http://a/, http://a/]",
                "authorities[0].crlDistributionPoints[1]", "twice"),
        ])
    func authorities(refusal: Refusal) throws { try refusal.check() }

    private static let maximum = "maximumValidity: 90d"

    @Test(
        "A profile holds no rule that cannot be meant",
        arguments: [
            Refusal(
                "id: 3f2b8c1e-5d4a-4e6f-9b7a-2c1d0e9f8a7b", "id: 3f2b8c1e5d4a4e6f9b7a2c1d0e9f8a7b", "profiles[0].id",
                "is not a UUID"),
            Refusal(
                "name: web server", "name: 3F2B8C1E-5D4A-4E6F-9B7A-2C1D0E9F8A7B", "profiles[0].name", "taken for an id"),
            Refusal("authority: issuing", "authority: isuing", "profiles[0].authority", "did you mean `issuing`?"),
            Refusal(maximum, maximum + "\n    kind: TLS", "profiles[0].kind", "did you mean `tls`?"),
            Refusal("[P-256]", "[P256]", "profiles[0].keys.ec[0]", "did you mean `P-256`?"),
            Refusal("[P-256]", "[P-256, P-256]", "profiles[0].keys.ec[1]", "stands in the list twice"),
            Refusal("rsa: {}", "rsa: {minimumBits: 1024}", "profiles[0].keys.rsa.minimumBits", "from 2048 to 8192"),
            Refusal("rsa: {}", "rsa: {minimumBits: 2049}", "profiles[0].keys.rsa.minimumBits", "not a multiple of 8"),
            Refusal(
                "rsa: {}", "rsa: {minimumBits: 4096, maximumBits: 2048}", "profiles[0].keys.rsa.maximumBits",
                "from 4096 to 8192"),
            Refusal("{ ec: [P-256], rsa: {} }", "{ ed25519: false }", "profiles[0].keys", "admits no key"),
            Refusal("[digitalSignature]", "[keyCertSign]", "profiles[0].keyUsage[0]", "is for CAs only"),
            Refusal("[digitalSignature]", "[cRLSign]", "profiles[0].keyUsage[0]", "is for CAs only"),
            Refusal(
                "[digitalSignature]", "[digitalSignatures]", "profiles[0].keyUsage[0]",
                "did you mean `digitalSignature`?"),
            Refusal(
                "[digitalSignature]", "[encipherOnly]", "profiles[0].keyUsage", "mean nothing without keyAgreement"),
            Refusal(
                maximum, maximum + "\n    extendedKeyUsages: [serverauth]", "profiles[0].extendedKeyUsages[0]",
                "did you mean `serverAuth`?"),
            Refusal(
                maximum, maximum + "\n    extendedKeyUsages: [anyExtendedKeyUsage]", "profiles[0].extendedKeyUsages[0]",
                "neither a known name"),
            Refusal(
                maximum, maximum + "\n    extendedKeyUsages: [serverAuth, 1.3.6.1.5.5.7.3.1]",
                "profiles[0].extendedKeyUsages[1]", "twice"),
            Refusal(
                maximum, maximum + "\n    certificatePolicies: [1.3]", "profiles[0].certificatePolicies[0]",
                "is a number to some readers"),
            Refusal(
                maximum, maximum + "\n    certificatePolicies: [1.40.1]", "profiles[0].certificatePolicies[0]",
                "is not an object identifier"),
            Refusal(
                maximum, maximum + "\n    certificatePolicies: [1.3.06]", "profiles[0].certificatePolicies[0]",
                "is not an object identifier"),
            Refusal(
                maximum, maximum + "\n    certificatePolicies: [1.3..6]", "profiles[0].certificatePolicies[0]",
                "is not an object identifier"),
            Refusal(
                maximum, maximum + "\n    certificatePolicies: [2.99999999999999999999.1]",
                "profiles[0].certificatePolicies[0]", "is not an object identifier"),
            Refusal(
                maximum, maximum + "\n    basicConstraints: empty", "profiles[0].basicConstraints",
                "known here: absent, emptySequence"),
            Refusal(
                maximum, maximum + "\n    requestedExtensions: ignore", "profiles[0].requestedExtensions",
                "known here: ignoreAll, refuse"),
            Refusal(
                maximum, maximum + "\n    requestedExtensions: [keyUsage]", "profiles[0].requestedExtensions[0]",
                "cannot be passed over"),
            Refusal("{ mayBeEmpty: true }", "{ mayBeEmpty: false }", "profiles[0].subject", "admits no subject"),
            Refusal(
                "{ mayBeEmpty: true }", "{ mayBeEmpty: true, fields: {CN: {required: true}} }", "profiles[0].subject",
                "and yet requires CN"),
            Refusal(
                "{ mayBeEmpty: true }", "{ mayBeEmpty: true, fields: {CN: } }", "profiles[0].subject.fields.CN",
                "is nothing, not a mapping"),
            Refusal(
                "{ mayBeEmpty: true }", "{ mayBeEmpty: true, fields: {C: {allowed: [NO]}} }",
                "profiles[0].subject.fields.C.allowed[0]", "boolean to some readers"),
            Refusal(
                "{ mayBeEmpty: true }", "{ mayBeEmpty: true, fields: {O: {allowed: [\"a\\u2066b\"]}} }",
                "profiles[0].subject.fields.O.allowed[0]", "the character U+2066"),
            Refusal(
                "{ mayBeEmpty: true }", "{ mayBeEmpty: true, fields: {O: {allowed: [\" \\u2003\"]}} }",
                "profiles[0].subject.fields.O.allowed[0]", "is blank"),
            Refusal(
                "{ allowed: [\"*.internal.example\"] }", "{ allowed: [a.example], minimumCount: 3, maximumCount: 2 }",
                "profiles[0].subjectAlternativeNames.dns.maximumCount", "from 3 to 1000"),
            Refusal(
                "dns: { allowed: [\"*.internal.example\"] }", "required: true", "profiles[0].subjectAlternativeNames",
                "admits no name"),
            Refusal(
                "dns: { allowed: [\"*.internal.example\"] }", "wildcards: true\n      ip: { allowed: [10.0.0.0/8] }",
                "profiles[0].subjectAlternativeNames", "admits wildcards, and yet no DNS"),
        ])
    func profiles(refusal: Refusal) throws { try refusal.check() }
}
