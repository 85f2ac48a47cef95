import NIOCore
import Testing

@testable import UnixSocket

@Suite("Lines")
struct LineSplitterTests {
    private func pieces(_ chunks: [ArraySlice<UInt8>], maximum: Int) -> (pieces: [LineSplitter.Piece], rest: [UInt8]?) {
        var splitter = LineSplitter(maximum: maximum)
        var pieces: [LineSplitter.Piece] = []
        for chunk in chunks {
            splitter.append(ByteBuffer(bytes: chunk))
            while let piece = splitter.next() {
                pieces.append(piece)
                if piece == .tooLong { return (pieces, nil) }
            }
        }
        return (pieces, splitter.rest())
    }

    @Test("are the same wherever the stream was cut, twice")
    func everySplit() {
        let stream = Array("one\n\nthree\r\n\n{\"four\"}\nrest".utf8)
        let expected = ["one", "", "three\r", "", "{\"four\"}"].map { LineSplitter.Piece.line(Array($0.utf8)) }
        for first in 0...stream.count {
            for second in first...stream.count {
                let cut = pieces([stream[..<first], stream[first..<second], stream[second...]], maximum: 8)
                #expect(cut.pieces == expected)
                #expect(cut.rest == Array("rest".utf8))
            }
        }
    }

    @Test("of the longest length pass, of one more do not, wherever they were cut", arguments: [0, 1, 9, 10, 11, 30])
    func limit(length: Int) {
        let line = [UInt8](repeating: 0x61, count: length)
        for cut in 0...length {
            let outcome = pieces([line[..<cut], line[cut...], [0x0A]], maximum: 10)
            #expect(outcome.pieces == (length <= 10 ? [.line(line)] : [.tooLong]))
        }
    }

    @Test("are refused before their end is seen")
    func unterminated() {
        #expect(pieces([[UInt8](repeating: 0, count: 11)[...]], maximum: 10).pieces == [.tooLong])
        #expect(pieces([[UInt8](repeating: 0, count: 10)[...]], maximum: 10).pieces == [])
    }

    @Test("leave nothing behind that was not there")
    func rest() {
        #expect(pieces([], maximum: 10).rest == nil)
        #expect(pieces([[0x61, 0x0A]], maximum: 10).rest == nil)
    }
}
