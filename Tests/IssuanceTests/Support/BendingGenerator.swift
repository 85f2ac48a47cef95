/// Random numbers, and random faults: the same for the same seed (SplitMix64), which it prints and takes from
/// `COUNTERSIGN_FUZZ_SEED`.
struct BendingGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(environment: [String: String]) {
        state = environment["COUNTERSIGN_FUZZ_SEED"].flatMap(UInt64.init) ?? UInt64.random(in: 0...UInt64.max)
        print("COUNTERSIGN_FUZZ_SEED=\(state)")
    }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var z = state
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return z ^ (z >> 31)
    }

    /// One to three bends: an octet changed, removed, doubled or inserted, the end cut off.
    mutating func bend(_ bytes: [UInt8]) -> [UInt8] {
        var bytes = bytes
        for _ in 0..<Int.random(in: 1...3, using: &self) where !bytes.isEmpty {
            let index = Int.random(in: 0..<bytes.count, using: &self)
            switch Int.random(in: 0..<6, using: &self) {
            case 0: bytes[index] ^= 1 << UInt8.random(in: 0..<8, using: &self)
            case 1: bytes[index] = UInt8.random(in: 0...255, using: &self)
            case 2: bytes[index] = [0x00, 0x01, 0x7f, 0x80, 0x81, 0x84, 0xff].randomElement(using: &self) ?? 0
            case 3: bytes.remove(at: index)
            case 4: bytes.insert(bytes[index], at: index)
            default: bytes.removeLast(bytes.count - index)
            }
        }
        return bytes
    }
}
