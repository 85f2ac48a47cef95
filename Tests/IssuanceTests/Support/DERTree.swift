@testable import Issuance

/// DER taken apart, so that a test can put a fault into it. It knows the encoding's outer form only, and shares no code with what
/// it tests.
struct DERTree {
    var tag: UInt8
    /// Of a primitive value.
    var content: [UInt8] = []
    /// Of a constructed value.
    var children: [DERTree] = []

    init(_ tag: UInt8, _ content: [UInt8]) { (self.tag, self.content) = (tag, content) }
    init(_ tag: UInt8, children: [DERTree]) { (self.tag, self.children) = (tag, children) }

    /// The first value of well-formed DER.
    init(_ der: [UInt8]) {
        var rest = der[...]
        self.init(&rest)
    }

    private init(_ rest: inout ArraySlice<UInt8>) {
        tag = rest.removeFirst()
        var length = Int(rest.removeFirst())
        if length >= 0x80 {
            let width = length & 0x7f
            length = rest.prefix(width).reduce(0) { $0 << 8 | Int($1) }
            rest.removeFirst(width)
        }
        var inner = rest.prefix(length)
        rest.removeFirst(length)
        if tag & 0x20 == 0 {
            content = Array(inner)
        } else {
            while !inner.isEmpty { children.append(DERTree(&inner)) }
        }
    }

    var der: [UInt8] {
        let body = tag & 0x20 == 0 ? content : children.flatMap(\.der)
        if body.count < 0x80 { return [tag, UInt8(body.count)] + body }
        if body.count < 0x100 { return [tag, 0x81, UInt8(body.count)] + body }
        return [tag, 0x82, UInt8(body.count >> 8), UInt8(body.count & 0xff)] + body
    }
}

extension DERTree {
    /// Of a TBSCertificate: the extensions.
    var extensions: [DERTree] {
        get { children.last?.children.first?.children ?? [] }
        set { children[children.count - 1].children[0].children = newValue }
    }

    /// Changes one extension, by the DER of its OID.
    mutating func change(_ identifier: [UInt8], _ body: (inout DERTree) -> Void) {
        guard let index = extensions.firstIndex(where: { $0.children[0].der == identifier }) else { return }
        body(&extensions[index])
    }

    /// Changes what is inside one extension's OCTET STRING.
    mutating func changeValue(_ identifier: [UInt8], _ body: (inout DERTree) -> Void) {
        change(identifier) { $0.changeValue(body) }
    }

    mutating func change(_ kind: CertificateExtension.Kind, _ body: (inout DERTree) -> Void) {
        change(kind.identifierDER, body)
    }

    mutating func changeValue(_ kind: CertificateExtension.Kind, _ body: (inout DERTree) -> Void) {
        changeValue(kind.identifierDER, body)
    }

    /// Of an extension: what is inside its OCTET STRING.
    mutating func changeValue(_ body: (inout DERTree) -> Void) {
        var value = DERTree(children[children.count - 1].content)
        body(&value)
        children[children.count - 1].content = value.der
    }

    /// Of an extension: `critical`.
    mutating func setCritical(_ octet: UInt8?) {
        if children.count == 3 { children.remove(at: 1) }
        if let octet { children.insert(DERTree(0x01, [octet]), at: 1) }
    }
}
