import CPKCS11

extension URI {
    /// Reads a PKCS #11 URI with p11-kit's parser.
    ///
    /// Stricter than RFC 7512 asks: an attribute that would have no effect here is an error, and so is one that comes twice
    /// or is empty. `pin-value` is refused, since a URI is written into files and logs.
    package init(_ text: String) throws(PKCS11Error) {
        try Self.checkAttributes(text)
        guard let parsed = unsafe p11_kit_uri_new() else { throw .uri("cannot be parsed: no memory") }
        defer { unsafe p11_kit_uri_free(parsed) }
        let code = unsafe p11_kit_uri_parse(text, P11_KIT_URI_FOR_ANY, parsed)
        guard code == 0 else {
            let reason = unsafe p11_kit_uri_message(code).map { unsafe String(cString: $0) } ?? "code \(code)"
            throw .uri("is malformed: \(reason)")
        }
        guard unsafe p11_kit_uri_any_unrecognized(parsed) == 0 else {
            throw .uri("has a value that is too long or not known")
        }
        guard let token = unsafe p11_kit_uri_get_token_info(parsed)?.pointee,
            let slot = unsafe p11_kit_uri_get_slot_info(parsed)?.pointee
        else { throw .uri("is malformed: p11-kit shows no token") }
        let source = unsafe p11_kit_uri_get_pin_source(parsed).map { unsafe String(cString: $0) }
        self.init(
            text: text, token: Self.text(of: token.label), manufacturer: Self.text(of: token.manufacturer_id),
            serial: Self.text(of: token.serial_number), model: Self.text(of: token.model),
            slotDescription: Self.text(of: slot.slot_description),
            slotManufacturer: Self.text(of: slot.manufacturer_id),
            object: unsafe Self.octets(.label, parsed).map { String(decoding: $0, as: UTF8.self) },
            id: unsafe Self.octets(.id, parsed), type: unsafe Self.objectClass(parsed),
            pinSource: try source.map(Self.pinSource))
    }

    /// p11-kit leaves what the URI does not name all NUL.
    private static func text<Field>(of field: Field) -> String? {
        let text = paddedText(of: field)
        return text.isEmpty ? nil : text
    }

    private static func octets(_ type: AttributeType, _ uri: OpaquePointer) -> [UInt8]? {
        guard let attribute = unsafe p11_kit_uri_get_attribute(uri, type.rawValue)?.pointee,
            let value = unsafe attribute.value
        else { return nil }
        return unsafe Array(UnsafeRawBufferPointer(start: value, count: Int(clamping: attribute.value_len)))
    }

    private static func objectClass(_ uri: OpaquePointer) -> ObjectClass? {
        guard let value = unsafe octets(.objectClass, uri), value.count == MemoryLayout<UInt>.size else { return nil }
        return ObjectClass(rawValue: unsafe value.withUnsafeBytes { unsafe $0.loadUnaligned(as: UInt.self) })
    }

    /// RFC 7512 § 2.4: `file:` and an absolute path; `|command` would run a program with the PIN's value at stake.
    private static func pinSource(_ value: String) throws(PKCS11Error) -> PINSource {
        let scheme = "file:"
        guard value.hasPrefix(scheme) else { throw .uri("has a pin-source other than file:/absolute/path") }
        var path = value.dropFirst(scheme.count)
        if path.hasPrefix("///") { path = path.dropFirst(2) }
        guard path.hasPrefix("/"), !path.hasPrefix("//") else {
            throw .uri("has a pin-source other than file:/absolute/path")
        }
        return .file(String(path))
    }
}

extension URI {
    private static let pathAttributes: Set<String> = [
        "token", "manufacturer", "serial", "model", "slot-description", "slot-manufacturer", "object", "id", "type",
    ]
    /// Whether what the percent signs stand for is UTF-8 (RFC 7512 § 2.3). What is wrong with the signs themselves is for the parser to say.
    private static func isText(_ value: Substring) -> Bool {
        var octets: [UInt8] = []
        var rest = value.utf8
        while let octet = rest.popFirst() {
            guard octet == UInt8(ascii: "%") else {
                octets.append(octet)
                continue
            }
            guard let decoded = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16) else { return true }
            octets.append(decoded)
            rest = rest.dropFirst(2)
        }
        return String(validating: octets, as: UTF8.self) != nil
    }

    private static let types: Set<String> = ["private", "public", "cert"]

    /// The names, before p11-kit sees the text: it passes over some that would have no effect here.
    private static func checkAttributes(_ text: String) throws(PKCS11Error) {
        let scheme = "pkcs11:"
        guard text.hasPrefix(scheme) else { throw .uri("does not begin with pkcs11:") }
        guard text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f }) else {
            throw .uri("has a blank, a control or a non-ASCII character; write it as %20 and the like")
        }
        let parts = text.dropFirst(scheme.count).split(separator: "?", omittingEmptySubsequences: false)
        guard parts.count <= 2 else { throw .uri("has more than one question mark") }
        var seen: Set<String> = []
        let path = parts[0].split(separator: ";").map { ($0, isQuery: false) }
        let query = parts.dropFirst().flatMap { $0.split(separator: "&") }.map { ($0, isQuery: true) }
        for (attribute, isQuery) in path + query {
            try check(attribute, isQuery: isQuery, seen: &seen)
        }
    }

    private static func check(
        _ attribute: Substring, isQuery: Bool, seen: inout Set<String>
    ) throws(PKCS11Error) {
        guard let mark = attribute.firstIndex(of: "=") else { throw .uri("has an attribute without a value") }
        let (name, value) = (String(attribute[..<mark]), attribute[attribute.index(after: mark)...])
        guard name != "pin-value" else { throw .uri("has a pin-value; put the PIN into a file and name that") }
        guard name != "slot-id" else { throw .uri("has a slot-id, which moves; name the token by token and serial") }
        guard isQuery ? name == "pin-source" : pathAttributes.contains(name) else {
            throw .uri("has the attribute \(name), which has no meaning here")
        }
        guard seen.insert(name).inserted else { throw .uri("has the attribute \(name) twice") }
        guard !value.isEmpty else { throw .uri("has the attribute \(name) without a value") }
        guard name == "id" || !value.contains("%00") else { throw .uri("has a NUL in \(name)") }
        guard name == "id" || isText(value) else { throw .uri("has a value of \(name) that is not UTF-8") }
        guard name != "type" || types.contains(String(value)) else {
            throw .uri("has a type other than private, public and cert")
        }
    }
}
