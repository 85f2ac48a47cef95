/// What a key signs to prove that it works. Its signature is good for nothing else: the first octet is the tag of
/// end-of-contents, with which no DER begins (X.690 § 8.1.5, § 10.1), so it can be no certificate, CRL or request.
enum TestMessage {
    static let prefix: [UInt8] = [0x00] + Array("countersign test signature".utf8) + [0x00]

    /// Different each time, so that an old signature does not pass for a new one.
    static func fresh() -> [UInt8] {
        var generator = SystemRandomNumberGenerator()
        return prefix + (0..<16).map { _ in UInt8.random(in: 0...255, using: &generator) }
    }
}
