import Console
import Testing

struct TableTests {
    @Test("Columns are as wide as their widest cell, and no line ends in a blank")
    func columns() {
        var table = Table(["NAME", "COUNT", "NOTE"], rightAligned: [1])
        table.add(["a", "10", ""])
        table.add(["longer", "9", "x"])
        #expect(
            table.text == """
                NAME    COUNT  NOTE
                a          10
                longer      9  x
                """)
    }

    @Test("A heading alone is a table")
    func empty() {
        #expect(Table(["A", "B"]).text == "A  B")
    }
}
