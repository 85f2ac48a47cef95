import Issuance
import TestSupport
import Testing

@testable import Inventory

@Suite("Patterns of names")
struct NamePatternTests {
    @Test(
        "an asterisk is any run of characters, all else is itself in either case",
        arguments: [
            ("web", "web", true), ("web", "WEB", true), ("WeB", "wEb", true), ("web", "webs", false),
            ("web", "", false),
            ("", "", true), ("", "web", false), ("*", "", true), ("*", "web", true), ("**", "web", true),
            ("w*b", "web", true), ("w*b", "wb", true), ("w*b", "weba", false), ("*b", "web", true), ("*b", "b", true),
            ("w*", "web", true), ("*e*", "web", true), ("*x*", "web", false), ("we*eb", "web", false),
            ("a*a", "a", false), ("a*b*a", "aba", true), ("a*b*b*a", "abba", true), ("a*b*b*a", "aba", false),
            ("*ab*ab*", "xabyabz", true), ("*ab*ab*", "xab", false), ("*.example", "a.b.example", true),
            ("ÜNIT*", "ünit-1", true), ("*straße*", "STRASSE", false), ("w?b", "web", false), ("w?b", "w?b", true),
            ("100%", "100%", true), ("100%", "1000", false), ("a_b", "a_b", true), ("a_b", "axb", false),
            ("[ab]", "a", false), ("[ab]", "[ab]", true), ("a\\*", "a\\b", true), ("a\\*", "a*", false),
            ("'--", "'--", true),
        ] as [(String, String, Bool)])
    func matches(_ pattern: String, _ text: String, _ matches: Bool) {
        #expect(NamePattern(pattern).matches(text) == matches)
    }

    /// By trying everything.
    private func matches(_ pattern: ArraySlice<UInt8>, _ text: ArraySlice<UInt8>) -> Bool {
        guard let first = pattern.first else { return text.isEmpty }
        if first == UInt8(ascii: "*") {
            return (text.startIndex...text.endIndex).contains { matches(pattern.dropFirst(), text[$0...]) }
        }
        return text.first == first && matches(pattern.dropFirst(), text.dropFirst())
    }

    @Test(
        "random patterns match what they match by trying everything, and are found in a block of many names where they match one"
    )
    func random() {
        var random = SeededGenerator(environment: "INVENTORY_TESTS_SEED")
        func text(_ letters: String, _ limit: Int) -> String {
            String(
                (0..<Int.random(in: 0...limit, using: &random)).compactMap { _ in letters.randomElement(using: &random)
                })
        }
        for _ in 0..<300 {
            var block = NameBlock()
            var names: [Names] = []
            for number in 0..<Int.random(in: 1...12, using: &random) {
                var name = Names(nil, subject: text("ab.", 8))
                name.alternativeNames = (0..<Int.random(in: 0...3, using: &random)).map { _ in
                    .init(kind: .dns, text: text("ab.", 8))
                }
                names.append(name)
                _ = block.append(name, sequence: Int64(10 * number))
            }
            block = NameBlock(text: block.text, encodedEntries: block.encodedEntries)
            for _ in 0..<10 {
                let text = text("aab.**", 6)
                let pattern = NamePattern(text)
                let expected = names.map { names in
                    [names.subject].contains { matches(Array(text.utf8)[...], Array($0.utf8)[...]) }
                }
                #expect(names.map { pattern.matches($0.subject) } == expected, "\(random), \(text)")
                guard !pattern.longestPiece.isEmpty else { continue }
                let subjects = expected.indices.filter { expected[$0] }.map { Int64(10 * $0) }
                #expect(
                    block.sequences(matching: pattern, in: .subject) == subjects.reversed(), "\(random), \(text)")
                let others = names.indices.filter { index in
                    names[index].alternativeNames.contains { pattern.matches($0.text) }
                }
                #expect(
                    block.sequences(matching: pattern, in: .alternativeName)
                        == others.map { Int64(10 * $0) }.reversed(), "\(random), \(text)")
            }
        }
    }

    @Test("a block of a damaged file is searched without harm")
    func damagedBlock() {
        var random = SeededGenerator(environment: "INVENTORY_TESTS_SEED")
        for _ in 0..<2000 {
            func octets() -> [UInt8] {
                (0..<Int.random(in: 0...60, using: &random)).map { _ in
                    [0, 1, 2, UInt8(ascii: "a"), UInt8(ascii: "b"), 0xff].randomElement(using: &random) ?? 0
                }
            }
            let block = NameBlock(text: octets(), encodedEntries: octets())
            for pattern in ["a", "*a*", "ab*", "a*b"] {
                for line in [NameBlock.Line.subject, .alternativeName] {
                    _ = block.sequences(matching: NamePattern(pattern), in: line)
                }
            }
        }
    }
}
