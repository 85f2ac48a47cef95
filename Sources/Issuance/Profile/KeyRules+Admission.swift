import PublicKeys

extension KeyRules {
    func check(_ key: PublicKey, into violations: inout [Violation]) {
        if !admits(key) {
            violations.append(
                Violation(.keyType, at: "csr.publicKey", "\(key) is not admitted; admitted are \(description)."))
        }
    }

    func admits(_ key: PublicKey) -> Bool {
        switch key.material {
        case .ellipticCurve(let curve, _): curves.contains(curve)
        case .rsa(let numbers): rsaSizes?.contains(numbers.bitCount) ?? false
        case .ed25519: admitsEd25519
        }
    }
}

extension KeyRules: CustomStringConvertible {
    /// Such as `EC P-256, EC P-384, RSA 2048 to 4096, Ed25519`.
    package var description: String {
        var kinds = EllipticCurve.allCases.filter(curves.contains).map { "EC \($0.rawValue)" }
        if let rsaSizes { kinds.append("RSA \(rsaSizes.lowerBound) to \(rsaSizes.upperBound)") }
        if admitsEd25519 { kinds.append("Ed25519") }
        return kinds.isEmpty ? "none" : kinds.joined(separator: ", ")
    }
}
