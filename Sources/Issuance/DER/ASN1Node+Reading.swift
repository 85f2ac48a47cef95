import SwiftASN1

extension ASN1Node {
    /// The nodes of a SEQUENCE, or of a value tagged `identifier` in its place.
    func children(_ identifier: ASN1Identifier = .sequence) throws -> ASN1NodeCollection.Iterator {
        guard self.identifier == identifier, case .constructed(let nodes) = content else {
            throw ASN1Error.unexpectedFieldType(self.identifier)
        }
        return nodes.makeIterator()
    }

    /// The content octets of a primitive value tagged `identifier`.
    func primitive(_ identifier: ASN1Identifier) throws -> ArraySlice<UInt8> {
        guard self.identifier == identifier, case .primitive(let octets) = content else {
            throw ASN1Error.unexpectedFieldType(self.identifier)
        }
        return octets
    }

    /// What an EXPLICIT tag, or a SEQUENCE of one, wraps.
    func onlyChild(_ identifier: ASN1Identifier = .sequence) throws -> ASN1Node {
        var nodes = try children(identifier)
        let child = try nodes.required()
        guard nodes.next() == nil else { throw ASN1Error.invalidASN1Object(reason: "two values under one tag") }
        return child
    }

    /// `[number]` of a choice or an optional field.
    func isContext(_ number: UInt) -> Bool {
        identifier == .context(number)
    }
}

extension ASN1Identifier {
    /// `[number]`.
    static func context(_ number: UInt) -> ASN1Identifier {
        ASN1Identifier(tagWithNumber: number, tagClass: .contextSpecific)
    }
}

extension ASN1NodeCollection.Iterator {
    /// The next node, which the type says is there.
    mutating func required() throws -> ASN1Node {
        guard let node = next() else { throw ASN1Error.invalidASN1Object(reason: "ends too early") }
        return node
    }

    /// What is left, each read by `transform`.
    consuming func map<T>(_ transform: (ASN1Node) throws -> T) rethrows -> [T] {
        var (nodes, result) = (self, [T]())
        while let node = nodes.next() { result.append(try transform(node)) }
        return result
    }
}
