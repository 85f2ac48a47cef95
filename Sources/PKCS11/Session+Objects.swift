import CPKCS11

extension Session {
    /// The objects that have all of these attributes, at most `limit` of them.
    package func findObjects(_ template: [Attribute], limit: Int = 4096) throws(PKCS11Error) -> [ObjectHandle] {
        try unsafe functions.call("C_FindObjectsInit", functions.list.pointee.C_FindObjectsInit) { function in
            unsafe template.withTemplate { unsafe function(handle, $0, $1) }
        }
        let found: Result<[ObjectHandle], PKCS11Error>
        do throws(PKCS11Error) {
            found = .success(try collectFoundObjects(limit: limit))
        } catch {
            found = .failure(error)
        }
        // Whatever happened, or the session would be stuck in the search.
        try unsafe functions.call("C_FindObjectsFinal", functions.list.pointee.C_FindObjectsFinal) {
            $0(handle)
        }
        return try found.get()
    }

    private func collectFoundObjects(limit: Int) throws(PKCS11Error) -> [ObjectHandle] {
        var found: [ObjectHandle] = []
        var batch = [ck_object_handle_t](repeating: 0, count: min(max(limit, 1), 64))
        while found.count < limit {
            var count: UInt = 0
            try unsafe functions.call("C_FindObjects", functions.list.pointee.C_FindObjects) { function in
                unsafe batch.withUnsafeMutableBufferPointer {
                    unsafe function(handle, $0.baseAddress, UInt($0.count), &count)
                }
            }
            guard count > 0 else { break }
            guard count <= UInt(batch.count) else {
                throw .malformedAnswer(function: "C_FindObjects", "more objects than there was room for")
            }
            found += batch.prefix(Int(count)).map(ObjectHandle.init)
        }
        return Array(found.prefix(limit))
    }

    /// The one token object of this class that fits the URI's object attributes. None and several are errors; session
    /// objects do not count, for a copy has its original's label and id.
    package func findObject(_ uri: URI, of objectClass: ObjectClass) throws(PKCS11Error) -> ObjectHandle {
        guard uri.object != nil || uri.id != nil else {
            throw .object("\(uri) names no object: it has neither object= nor id=")
        }
        guard uri.type == nil || uri.type == objectClass else {
            throw .object("\(uri) has a type= other than that of the object wanted")
        }
        var template: [Attribute] = [.objectClass(objectClass), .flag(.token, true)]
        if let label = uri.object { template.append(.octets(.label, Array(label.utf8))) }
        if let id = uri.id { template.append(.octets(.id, id)) }
        let found = try findObjects(template, limit: 2)
        guard let object = found.first else { throw .object("no object of the token fits \(uri)") }
        guard found.count == 1 else { throw .objects("more than one object of the token fits \(uri)") }
        return object
    }

    /// The value of an attribute; `nil` where the object has none, or does not show it.
    package func attribute(_ type: AttributeType, of object: ObjectHandle) throws(PKCS11Error) -> [UInt8]? {
        var value: [UInt8] = []
        guard let size = try readAttribute(type, of: object, into: &value) else { return nil }
        guard size <= Self.maximumAttributeSize else {
            throw .malformedAnswer(function: "C_GetAttributeValue", "a value of \(size) octets")
        }
        guard size > 0 else { return [] }
        value = [UInt8](repeating: 0, count: Int(size))
        guard let read = try readAttribute(type, of: object, into: &value) else { return nil }
        guard read <= size else {
            throw .malformedAnswer(function: "C_GetAttributeValue", "a value larger than its announced size")
        }
        return Array(value.prefix(Int(read)))
    }

    private static let maximumAttributeSize: UInt = 1 << 20

    /// The value's size; where `octets` is empty, that is all that is asked for.
    private func readAttribute(
        _ type: AttributeType, of object: ObjectHandle, into octets: inout [UInt8]
    ) throws(PKCS11Error) -> UInt? {
        var size: UInt = 0
        let name = "C_GetAttributeValue"
        let value = try unsafe functions.outcome(name, functions.list.pointee.C_GetAttributeValue) { function in
            unsafe octets.withUnsafeMutableBytes { octets in
                var attribute = unsafe ck_attribute(
                    type: type.rawValue, value: octets.isEmpty ? nil : octets.baseAddress,
                    value_len: UInt(octets.count))
                defer { size = unsafe attribute.value_len }
                return unsafe function(handle, object.rawValue, &attribute, 1)
            }
        }
        switch value {
        case .ok: return size == UInt.max ? nil : size
        case .attributeTypeInvalid, .attributeSensitive: return nil
        default: throw .call(function: name, value)
        }
    }

    /// A `CK_BBOOL` attribute; one that is missing counts as false.
    package func flag(_ type: AttributeType, of object: ObjectHandle) throws(PKCS11Error) -> Bool {
        guard let value = try attribute(type, of: object) else { return false }
        return value.count == 1 && value[0] != 0
    }

    /// A `CK_ULONG` attribute; `nil` where it is missing or of another size.
    package func number(_ type: AttributeType, of object: ObjectHandle) throws(PKCS11Error) -> UInt? {
        guard let value = try attribute(type, of: object), value.count == MemoryLayout<UInt>.size else { return nil }
        return unsafe value.withUnsafeBytes { unsafe $0.loadUnaligned(as: UInt.self) }
    }

    /// Copies an object into one that lives no longer than this session.
    package func copyToSessionObject(_ object: ObjectHandle) throws(PKCS11Error) -> ObjectHandle {
        var copy: ck_object_handle_t = 0
        try unsafe functions.call("C_CopyObject", functions.list.pointee.C_CopyObject) { function in
            unsafe [Attribute.flag(.token, false)].withTemplate {
                unsafe function(handle, object.rawValue, $0, $1, &copy)
            }
        }
        return ObjectHandle(rawValue: copy)
    }

    /// Changes attributes of an object; a token object needs a read-write session.
    package func setAttributes(_ attributes: [Attribute], of object: ObjectHandle) throws(PKCS11Error) {
        try unsafe functions.call("C_SetAttributeValue", functions.list.pointee.C_SetAttributeValue) { function in
            unsafe attributes.withTemplate { unsafe function(handle, object.rawValue, $0, $1) }
        }
    }

    /// Ends the object; a token object needs a read-write session, and is gone for good.
    package func destroyObject(_ object: ObjectHandle) throws(PKCS11Error) {
        try unsafe functions.call("C_DestroyObject", functions.list.pointee.C_DestroyObject) { function in
            function(handle, object.rawValue)
        }
    }
}
