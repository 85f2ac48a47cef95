import Foundation

/// Random numbers that can be had again: prints its seed, and takes it from an environment variable.
package struct SeededGenerator: RandomNumberGenerator, CustomStringConvertible {
    private let seed: UInt64
    private var state: UInt64

    package init(environment variable: String) {
        seed = ProcessInfo.processInfo.environment[variable].flatMap { UInt64($0) } ?? .random(in: .min ... .max)
        state = seed
        print("\(variable)=\(seed)")
    }

    package var description: String { "seed \(seed)" }

    // SplitMix64.
    package mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }
}
