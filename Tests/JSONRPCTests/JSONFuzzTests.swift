import Glibc
import JSONRPC
import Testing

/// A small generator whose sequence its seed decides (SplitMix64).
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var word = state
        word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
        word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
        return word ^ (word >> 31)
    }

    /// From `COUNTERSIGN_SEED`, or new; printed, so that a failure can be had again.
    static func announced(_ name: String) -> SeededGenerator {
        let given = unsafe getenv("COUNTERSIGN_SEED").flatMap { unsafe UInt64(String(cString: $0)) }
        let seed = given ?? UInt64.random(in: .min ... .max)
        print("\(name): COUNTERSIGN_SEED=\(seed)")
        return SeededGenerator(seed: seed)
    }
}

@Suite("The JSON gate under mutation")
struct JSONFuzzTests {
    private static let seeds = [
        #"{"jsonrpc":"2.0","id":1,"method":"signCertificate","params":{"profileId":"x","csr":"-----BEGIN\nAA==\n","ttl":"90d"}}"#,
        #"[{"jsonrpc":"2.0","id":"é\u00e9\uD83D\uDE00","method":"m"},{"a":[1,-2.5e+3,0,true,false,null,[],{}]}]"#,
        #"{"a":1,"b":2,"c":3,"d":4,"e":5,"f":6,"g":7,"h":8,"i":9,"j":10}"#,
        #"[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]"#,
    ].map { Array($0.utf8) }

    private static let fragments =
        [
            "\"", "\\", "\\u", "\\uD800", "\\uDC00", "{", "}", "[", "]", ":", ",", "null", "1e", "-", "0", ".", "\n",
            "\0", "\u{FEFF}", "\"a\":",
        ].map { Array($0.utf8) } + [[0xC0, 0x80], [0xED, 0xA0, 0x80], [0xFF], [0xF4, 0x90, 0x80, 0x80], [0xE2]]

    @Test("never traps, and what it accepts is written and read again as the same value")
    func mutations() throws {
        var generator = SeededGenerator.announced("JSON mutations")
        var accepted = 0
        for _ in 0..<30_000 {
            var text = Self.seeds.randomElement(using: &generator) ?? []
            for _ in 0..<Int.random(in: 0...4, using: &generator) { Self.mutate(&text, using: &generator) }
            guard let value = try? JSONValue(parsing: text) else { continue }
            accepted += 1
            let written = value.encoded()
            #expect(try JSONValue(parsing: written) == value)
            #expect(try JSONValue(parsing: written).encoded() == written)
            _ = try? Request(value)
            _ = try? Response.batch(parsing: text)
        }
        #expect(accepted > 1000)
    }

    private static func mutate(_ text: inout [UInt8], using generator: inout SeededGenerator) {
        let place = Int.random(in: 0...text.count, using: &generator)
        switch Int.random(in: 0..<5, using: &generator) {
        case 0 where place < text.count: text[place] = UInt8.random(in: 0...255, using: &generator)
        case 1 where place < text.count: text.remove(at: place)
        case 2: text.removeSubrange(place...)
        case 3: text.insert(contentsOf: text[place...].prefix(12), at: place)
        default: text.insert(contentsOf: fragments.randomElement(using: &generator) ?? [], at: place)
        }
    }
}
