import Configuration
import DERCoding
import Issuance
import PublicKeys
import Timekeeping

/// All that a ceremony goes by: the plan, and the files that it names. Copies of them are in its folder, and from then on those count.
struct CeremonyInputs {
    let plan: CeremonyPlan
    /// Of the key that signs.
    let publicKey: PublicKey
    /// By their names in the folder.
    let files: [(name: String, octets: [UInt8])]

    static let planName = "plan.yaml"
    private static let keyName = "key.pem"
    private static let requestName = "request.pem"
    static let issuerName = "issuer.pem"
    static let certifiedName = "certified.pem"
    private static let certifiedKeyName = "certified-key.pem"
    static let previousName = "previous.crl"

    /// Reads the files that a plan names.
    ///
    /// - Parameter certifiedKey: that of the CA that is certified, where the plan names it.
    init(_ plan: CeremonyPlan, publicKey: PublicKey, certifiedKey: PublicKey?) throws(CeremonyError) {
        func encoded(_ key: PublicKey) -> [UInt8] {
            Array(PEM.encode(key.subjectPublicKeyInfo, label: "PUBLIC KEY").utf8)
        }
        var files = [(Self.planName, plan.octets), (Self.keyName, encoded(publicKey))]
        if let certifiedKey { files.append((Self.certifiedKeyName, encoded(certifiedKey))) }
        for (name, path) in Self.files(of: plan) { files.append((name, try Self.read(path))) }
        self.plan = plan
        self.publicKey = publicKey
        self.files = files
    }

    /// Reads the copies.
    init(_ folder: CeremonyFolder) throws(CeremonyError) {
        let octets = try folder.require(Self.planName)
        // It could be read when the ceremony was prepared.
        do { plan = try CeremonyPlan(yaml: octets, path: folder.path(of: Self.planName)) } catch {
            throw .changed(path: folder.path(of: Self.planName))
        }
        let key = try folder.require(Self.keyName)
        publicKey = try Self.publicKey(key, folder.path(of: Self.keyName))
        var files = [(Self.planName, octets), (Self.keyName, key)]
        if case .createBelow = plan.act {
            files.append((Self.certifiedKeyName, try folder.require(Self.certifiedKeyName)))
        }
        for (name, _) in Self.files(of: plan) { files.append((name, try folder.require(name))) }
        self.files = files
    }

    /// The names that copies have, and where the plan has the files.
    private static func files(of plan: CeremonyPlan) -> [(name: String, path: String)] {
        var files: [(String, String)] = []
        switch plan.act {
        case .createRoot, .createIntermediate: break
        case .createBelow(let subordinate, _, _): files.append((issuerName, subordinate.issuer.path))
        case .signCSR(let subordinate, let path):
            files += [(issuerName, subordinate.issuer.path), (requestName, path)]
        case .crossSign(let subordinate, let path):
            files += [(issuerName, subordinate.issuer.path), (certifiedName, path)]
        case .signCRL(let list):
            files.append((issuerName, list.issuer.path))
            if let previous = list.previousPath { files.append((previousName, previous)) }
        }
        return files + (plan.operators?.keyPaths ?? []).enumerated().map { ("operator-\($0 + 1).pem", $1) }
    }

    private static func read(_ path: String) throws(CeremonyError) -> [UInt8] {
        guard let octets = try CeremonyFolder.contents(of: path, flags: 0) else { throw .missing(path: path) }
        return octets
    }

    // MARK: - What they say

    private func text(_ name: String) -> String {
        files.first { $0.name == name }.map { String(decoding: $0.octets, as: UTF8.self) } ?? ""
    }

    /// PEM.
    var request: String { text(Self.requestName) }

    /// What is asked for: a request, or what stands for it; `nil` where there is none.
    var requested: [UInt8]? {
        files.first { [Self.requestName, Self.certifiedName, Self.certifiedKeyName].contains($0.name) }?.octets
    }

    /// The key of the CA that is certified without a request.
    func certifiedKey() throws(CeremonyError) -> PublicKey {
        try Self.publicKey(Array(text(Self.certifiedKeyName).utf8), Self.certifiedKeyName)
    }

    /// The certificate of the CA that is to have another one.
    func certified() throws(CeremonyError) -> IssuerCertificate {
        do {
            let block = try PEM.decodeOne(text(Self.certifiedName), labels: ["CERTIFICATE"])
            return try IssuerCertificate(der: block.der)
        } catch { throw .input(path: Self.certifiedName, reason: "\(error)") }
    }

    /// The last CRL; `nil` where there was none.
    func previous() throws(CeremonyError) -> CertificateRevocationList? {
        guard let octets = files.first(where: { $0.name == Self.previousName })?.octets else { return nil }
        do { return try CertificateRevocationList(contents: octets) } catch {
            throw .input(path: Self.previousName, reason: "\(error)")
        }
    }

    /// The signing CA's certificate and those above it.
    func issuerChain() throws(CeremonyError) -> [IssuerCertificate] {
        do {
            return try PEM.decode(text(Self.issuerName), surroundings: .anyText).map {
                try IssuerCertificate(der: $0.der)
            }
        } catch { throw .input(path: Self.issuerName, reason: "\(error)") }
    }

    /// Those of the plan, in its order.
    func operatorKeys() throws(CeremonyError) -> [PublicKey] {
        var keys: [PublicKey] = []
        for (name, octets) in files where name.hasPrefix("operator-") {
            let key = try Self.publicKey(octets, name)
            guard !keys.contains(key) else { throw .input(path: name, reason: "is another operator's key, too") }
            keys.append(key)
        }
        return keys
    }

    private static func publicKey(_ octets: [UInt8], _ name: String) throws(CeremonyError) -> PublicKey {
        do {
            let block = try PEM.decodeOne(String(decoding: octets, as: UTF8.self), labels: ["PUBLIC KEY"])
            return try PublicKey(subjectPublicKeyInfo: block.der)
        } catch { throw .input(path: name, reason: "is no public key in PEM: \(error)") }
    }

    /// The subject key identifier by which the journal knows the CA that signs.
    func authorityKeyID() throws(CeremonyError) -> [UInt8] {
        switch plan.act {
        case .createRoot, .createIntermediate:
            return SubjectKeyIdentifierMethod.rfc7093Method1.identifier(of: publicKey)
        case .createBelow, .signCSR, .crossSign, .signCRL: break
        }
        guard let identifier = try issuerChain().first?.subjectKeyIdentifier else {
            throw .input(path: Self.issuerName, reason: "has no subject key identifier")
        }
        return identifier
    }
}

// MARK: - A CRL

extension CeremonyInputs {
    /// Whom the plan has revoked for the first time.
    func newlyRevoked(at time: Instant) throws(CeremonyError) -> [RevokedCertificate] {
        guard case .signCRL(let list) = plan.act else { return [] }
        let known = Set(try previous()?.entries.map(\.serialNumber) ?? [])
        var entries: [RevokedCertificate] = []
        for revoked in list.revoked {
            let date = revoked.date ?? time
            guard date <= time else {
                throw .input(
                    path: Self.planName,
                    reason: "serial \(revoked.serial.hex) is revoked from \(date) on, which is yet to come")
            }
            guard !known.contains(revoked.serial) else {
                throw .input(
                    path: Self.planName,
                    reason:
                        "serial \(revoked.serial.hex) is on the last CRL already, and goes on being revoked: leave it out"
                )
            }
            if let entry = RevokedCertificate(serialNumber: revoked.serial, at: date, for: revoked.reason) {
                entries.append(entry)
            }
        }
        return entries
    }

    /// Everybody whom the next CRL names.
    func entries(at time: Instant) throws(CeremonyError) -> [RevokedCertificate] {
        try (previous()?.entries ?? []) + newlyRevoked(at: time)
    }

    func crlNumber() throws(CeremonyError) -> UInt64 {
        guard case .signCRL(let list) = plan.act else { return 0 }
        let last = try previous()?.number ?? 0
        guard last < UInt64(Int64.max) else {
            throw .input(path: Self.previousName, reason: "has a number that leaves none to go on with")
        }
        return max(last + 1, list.firstNumber)
    }
}
