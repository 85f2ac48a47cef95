import Crypto
package import PublicKeys

/// What no certified key may be, whatever its profile says, and the operator's own list.
package struct KeyPolicy: Sendable {
    /// SHA-256 of the SubjectPublicKeyInfo of keys that are never certified: known to be compromised, say.
    package var blockedKeys: Set<[UInt8]>

    package init(blockedKeys: Set<[UInt8]> = []) {
        self.blockedKeys = blockedKeys
    }

    /// Every rule that `key` breaks. That an EC or Ed25519 key is a point on its curve, `PublicKey` has seen to.
    package func violations(of key: PublicKey) -> [Violation] {
        var violations: [Violation] = []
        func add(_ rule: Rule, _ message: String) {
            violations.append(Violation(rule, at: "csr.publicKey", message))
        }
        if case .rsa(let numbers) = key.material {
            for (rule, message) in RSAKeyPolicy.violations(of: numbers) { add(rule, message) }
        }
        if !blockedKeys.isEmpty, blockedKeys.contains(Array(SHA256.hash(data: key.subjectPublicKeyInfo))) {
            add(.blockedKey, "The key is on this service's list of keys that are not to be used; make a new key.")
        }
        return violations
    }
}
