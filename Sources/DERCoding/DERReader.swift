/// Walks over DER from element to element, and takes nothing that is only BER.
///
/// It costs no allocation an element, tells one fault from another, and knows where each element lies, for what strangers send and
/// for bytes that a signature covers. SwiftASN1's parser builds a tree, and lets unsorted sets pass.
package struct DERReader: Sendable {
    /// The whole buffer, of which this reader walks a part.
    package let bytes: [UInt8]
    private(set) package var position: Int
    private let end: Int

    package init(_ bytes: [UInt8]) {
        self.init(bytes, in: 0..<bytes.count)
    }

    /// Of part of a buffer. `range` lies within `bytes`.
    package init(_ bytes: [UInt8], in range: Range<Int>) {
        self.bytes = bytes
        position = range.lowerBound
        end = range.upperBound
    }

    package var isAtEnd: Bool { position >= end }

    /// The identifier octet of what comes next; `nil` at the end.
    package var nextTag: UInt8? { isAtEnd ? nil : bytes[position] }

    package func reader(of element: DERElement) -> DERReader {
        DERReader(bytes, in: element.contents)
    }

    package func contents(_ element: DERElement) -> ArraySlice<UInt8> { bytes[element.contents] }
    package func encoding(_ element: DERElement) -> ArraySlice<UInt8> { bytes[element.encoding] }

    /// X.690 § 8.1.2, § 8.1.3, § 10.1.
    package mutating func next() throws(DERError) -> DERElement {
        let start = position
        let identifier = try octet()
        if identifier & 0x1f == 0x1f { try passLongTag() }
        let length = try length()
        guard length <= end - position else { throw .truncated }
        let contents = position..<(position + length)
        position = contents.upperBound
        return DERElement(identifier: identifier, encoding: start..<position, contents: contents)
    }

    /// - Throws: `unexpectedTag` where something else comes next, or nothing.
    package mutating func next(_ tag: UInt8) throws(DERError) -> DERElement {
        guard nextTag == tag else { throw .unexpectedTag }
        return try next()
    }

    /// `nil`, and no step, where something else comes next.
    package mutating func optional(_ tag: UInt8) throws(DERError) -> DERElement? {
        nextTag == tag ? try next() : nil
    }

    /// Nothing may follow.
    package func finish() throws(DERError) {
        guard isAtEnd else { throw .trailingData }
    }

    private mutating func octet() throws(DERError) -> UInt8 {
        guard position < end else { throw .truncated }
        defer { position += 1 }
        return bytes[position]
    }

    /// Tag numbers over 30 (X.690 § 8.1.2.4): no type that we read has one, an attribute's value may.
    private mutating func passLongTag() throws(DERError) {
        var octet = try octet()
        guard octet != 0x80, octet >= 0x1f else { throw .nonMinimalTag }
        while octet & 0x80 != 0 { octet = try self.octet() }
    }

    private mutating func length() throws(DERError) -> Int {
        let first = try octet()
        guard first >= 0x80 else { return Int(first) }
        guard first != 0x80 else { throw .indefiniteLength }
        var length = 0
        for index in 0..<(first & 0x7f) {
            let octet = try octet()
            guard index > 0 || octet != 0 else { throw .nonMinimalLength }
            // A buffer that long does not exist.
            guard length < 1 << 40 else { throw .truncated }
            length = length << 8 | Int(octet)
        }
        guard length >= 0x80 else { throw .nonMinimalLength }
        return length
    }
}

extension DERReader {
    /// An element's contents hold elements all the way down, each well-formed: for what is passed over unread.
    package func checkContents(of element: DERElement, depth: Int = 0) throws(DERError) {
        guard element.isConstructed else { return }
        guard depth < 32 else { throw .nestedTooDeep }
        var inner = reader(of: element)
        while !inner.isAtEnd {
            let child = try inner.next()
            try inner.checkContents(of: child, depth: depth + 1)
        }
    }
}
