import Authority
import FoundationEssentials
import Testing

struct RandomUUIDTests {
    @Test("A random UUID is of version 4 and variant 10, and never the same")
    func form() {
        let texts = (0..<1000).map { _ in UUID.random().uuidString }
        #expect(Set(texts).count == texts.count)
        #expect(
            texts.allSatisfy {
                $0.wholeMatch(of: /[0-9A-F]{8}-[0-9A-F]{4}-4[0-9A-F]{3}-[89AB][0-9A-F]{3}-[0-9A-F]{12}/) != nil
            })
    }
}
