/// The serial numbers that were ever used, in 64 bits each: about 15 MB a million.
///
/// They are kept as fingerprints by a function whose key changes with every process. Two serials that share one are as
/// rare as one in 10^12 among ten million, and all that follows is that a new serial is refused for another to be drawn.
struct SerialSet: Sendable {
    /// Many small sets: when one has to grow, only its part is moved, and nobody waits long.
    private var parts = [Set<Int>](repeating: [], count: 256)

    /// Returns whether the serial was not used before.
    mutating func insert(_ serial: [UInt8]) -> Bool {
        var hasher = Hasher()
        hasher.combine(serial)
        let fingerprint = hasher.finalize()
        return parts[fingerprint & 0xff].insert(fingerprint).inserted
    }
}
