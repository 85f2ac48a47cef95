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

    @Test("What was taken is forgotten, and what comes below it stands in the same columns")
    func pages() {
        var table = Table(["NAME", "NOTE"])
        table.add(["longer", "x"])
        #expect(table.take() == "NAME    NOTE\nlonger  x")
        #expect(table.take().isEmpty)
        table.add(["a", "y"])
        #expect(table.take() == "a       y")
    }

    @Test("A row may have fewer cells than another, and more")
    func ragged() {
        var table = Table()
        table.add(["a"])
        table.add(["bb", "c"])
        table.add([])
        #expect(table.text == "a\nbb  c\n")
    }

    @Test("No cell moves a terminal's cursor")
    func controls() {
        var table = Table(["NAME", "NOTE"])
        table.add(["a\u{1b}[2J\nb", "x"])
        #expect(table.text == #"NAME              NOTE"# + "\n" + #"a\u{1b}[2J\u{a}b  x"#)
    }
}
