import Issuance
import PublicKeys
import Testing
import Timekeeping

@testable import Configuration

@Suite("Plans of ceremonies")
struct CeremonyPlanTests {
    private static let root = """
        version: 1
        ceremony: create-root
        authority: root-2026
        key: "pkcs11:token=root;object=root-2026"
        subject: [{ C: SE }, { CN: Root }]
        validity: 20y
        pathLength: 1
        operators: { required: 1, keys: [alice.pem, /etc/bob.pem] }
        """
    private static let subordinate = """
        version: 1
        ceremony: sign-csr
        authority: root-2026
        key: "pkcs11:serial=1;id=%01"
        issuer: root.pem
        csr: issuing.csr
        validity: 10y
        pathLength: none
        crlDistributionPoints: ["http://pki.example/root.crl"]
        extendedKeyUsages: [serverAuth]
        nameConstraints: { permitted: { dns: [example.org] } }
        """

    private static let list = """
        version: 1
        ceremony: sign-crl
        authority: root-2026
        key: "pkcs11:token=root;object=root-2026"
        issuer: root.pem
        signatureAlgorithm: ecdsa-with-SHA384
        validity: 180d
        previous: last.crl
        firstNumber: 7
        journal: /srv/book
        revoked:
          - { serial: 0080ff, reason: superseded, date: "2026-11-27T00:00:00Z" }
          - { serial: "1" }
        """

    private func plan(_ text: String) throws -> CeremonyPlan {
        try CeremonyPlan(yaml: Array(text.utf8), path: "/srv/plans/plan.yaml")
    }

    @Test("A root's plan is read, its paths relative to its own folder")
    func createRoot() throws {
        let plan = try plan(Self.root)
        #expect(plan.authorityID == "root-2026" && plan.keyURI == "pkcs11:token=root;object=root-2026")
        #expect(plan.operators?.required == 1)
        #expect(plan.operators?.keyPaths == ["/srv/plans/alice.pem", "/etc/bob.pem"])
        #expect(plan.octets == Array(Self.root.utf8))
        guard case .createRoot(let root) = plan.act else { throw ConfigurationError(file: "", "another act") }
        #expect(root.pathLength == 1 && root.validity.seconds == 20 * 31_536_000)
    }

    @Test("A plan for an intermediate has what its certificate says")
    func signCSR() throws {
        guard case .signCSR(let found, let path) = try plan(Self.subordinate).act else {
            throw ConfigurationError(file: "", "another act")
        }
        #expect(found.issuer.path == "/srv/plans/root.pem" && path == "/srv/plans/issuing.csr")
        #expect(found.pathLength == .unlimited)
        #expect(found.locations.cRLDistributionPoints == ["http://pki.example/root.crl"])
        #expect(found.rules.nameConstraints?.permitted.dns == ["example.org"])
    }

    @Test("The documented plans are plans, with every key of theirs")
    func documented() throws {
        let blocks = (Examples.file("docs/operations.md") ?? "").split(separator: "\n```yaml\n").dropFirst()
            .compactMap { $0.split(separator: "\n```", maxSplits: 1).first.map(String.init) }
        #expect(blocks.count == 2)
        let subordinate = try #require(blocks.first)
        guard case .signCSR(let found, _) = try plan(subordinate).act else {
            throw ConfigurationError(file: "", "another act")
        }
        #expect(found.locations.caIssuers == ["http://pki.example/root.cer"])
        _ = try plan(
            subordinate.replacing("ceremony: sign-csr", with: "ceremony: cross-sign")
                .replacing("csr: issuing.csr", with: "certificate: issuing.pem"))
        let straight = subordinate.replacing("ceremony: sign-csr", with: "ceremony: create-intermediate").replacing(
            "csr: issuing.csr", with: "certifiedKey: \"pkcs11:token=ca;object=issuing\"\nsubject: [{ CN: Issuing }]")
        guard case .createBelow(_, _, "pkcs11:token=ca;object=issuing") = try plan(straight).act else {
            throw ConfigurationError(file: "", "another act")
        }
        #expect(throws: ConfigurationError.self) {
            try plan(straight.replacing("certifiedKey: \"pkcs11:token=ca;object=issuing\"\n", with: ""))
        }
        let common = try #require(subordinate.split(separator: "pathLength: 0").first)
            .replacing("ceremony: sign-csr", with: "ceremony: sign-crl")
        guard case .signCRL(let list) = try plan(common + (blocks.last ?? "")).act else {
            throw ConfigurationError(file: "", "another act")
        }
        #expect(list.revoked.count == 1)
    }

    @Test("A plan for a CRL names who is revoked by serial numbers in hexadecimal")
    func signCRL() throws {
        let plan = try plan(Self.list)
        guard case .signCRL(let list) = plan.act else { throw ConfigurationError(file: "", "another act") }
        #expect(plan.journalPath == "/srv/book")
        #expect(list.previousPath == "/srv/plans/last.crl" && list.firstNumber == 7)
        #expect(list.issuer.signatureAlgorithm?.name == "ecdsa-with-SHA384")
        #expect(list.revoked.map(\.serial) == [[0x00, 0x80, 0xff], [0x01]])
        #expect(list.revoked.map(\.reason) == [.superseded, .unspecified])
        let first = try self.plan(Self.list.replacing("last.crl", with: "none"))
        guard case .signCRL(let none) = first.act else { throw ConfigurationError(file: "", "another act") }
        #expect(none.previousPath == nil)
    }

    @Test(
        "What no ceremony can go by is refused at its place",
        arguments: [
            (root, "version: 1", "version: 2", "version", "reads version 1"),
            (root, "create-root", "make-root", "ceremony", "sign-csr"),
            (root, "token=root;", "", "key", "names no token"),
            (root, ";object=root-2026", "", "key", "names neither `object`"),
            (root, "object=root-2026", "object=root-2026;type=cert", "key", "no private key"),
            (root, "validity: 20y", "", "", "has no `validity`"),
            (root, "validity: 20y", "validity: 0d", "validity", "zero"),
            (root, "subject: [{ C: SE }, { CN: Root }]", "subject: []", "subject", "empty list"),
            (root, "pathLength: 1", "pathLength: -1", "pathLength", "-1"),
            (root, "required: 1", "required: 3", "operators.required", "3"),
            (root, "required: 1", "required: 0", "operators.required", "0"),
            (root, "keys: [alice.pem, /etc/bob.pem]", "keys: [a.pem, a.pem]", "operators.keys[1]", "twice"),
            (root, "pathLength: 1", "csr: a.csr", "csr", "unknown key"),
            (subordinate, "pathLength: none", "", "", "has no `pathLength`"),
            (subordinate, "issuer: root.pem", "", "", "has no `issuer`"),
            (list, "previous: last.crl", "", "", "has no `previous`"),
            (list, "journal: /srv/book", "journal: book", "journal", "absolute"),
            (list, "0080ff", "0080fg", "revoked[0].serial", "hexadecimal"),
            (list, "0080ff", "\"01\"", "revoked[1]", "another entry names"),
            (list, "superseded", "certificateHold", "revoked[0].reason", "superseded"),
            (list, "2026-11-27T00:00:00Z", "yesterday", "revoked[0].date", "no time"),
            (list, "ecdsa-with-SHA384", "md5", "signatureAlgorithm", "no signature algorithm"),
            (subordinate, "http://", "https://", "crlDistributionPoints[0]", "http"),
        ])
    func refused(_ text: String, _ old: String, _ new: String, _ path: String, _ message: String) throws {
        let changed = text.replacing(old, with: new)
        #expect(changed != text)
        do {
            _ = try plan(changed)
            Issue.record("not refused: \(new)")
        } catch let error as ConfigurationError {
            #expect(error.problems.contains { $0.path == path && "\($0)".contains(message) }, "\(error)")
        }
    }
}
