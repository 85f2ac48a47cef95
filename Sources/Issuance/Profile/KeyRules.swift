package import PublicKeys

/// Which keys may be certified. The floor of `KeyPolicy` holds for all of them.
package struct KeyRules: Hashable, Sendable {
    package var curves: Set<EllipticCurve>
    /// In bits; `nil` admits no RSA key.
    package var rsaSizes: ClosedRange<Int>?
    package var admitsEd25519: Bool

    package init(curves: Set<EllipticCurve>, rsaSizes: ClosedRange<Int>?, admitsEd25519: Bool) {
        self.curves = curves
        self.rsaSizes = rsaSizes
        self.admitsEd25519 = admitsEd25519
    }
}
