import CPKCS11

/// Secret values of an object that is brought into a token, one after the other, and what each of them is.
package struct SecretAttributes: ~Copyable {
    private var octets: SecretOctets
    private var places: [(type: AttributeType, place: Range<Int>)] = []

    package init(capacity: Int) throws(SecretOctets.Unavailable) {
        octets = try SecretOctets(capacity: capacity)
    }

    /// Adds the value that `fill` writes.
    package mutating func add(_ type: AttributeType, _ fill: (UnsafeMutableRawBufferPointer) -> Int) {
        places.append((type, unsafe octets.append(fill)))
    }

    /// Whether each has a value.
    package var isComplete: Bool { places.allSatisfy { !$0.place.isEmpty } }

    /// Template and secrets as one template, valid inside `body`.
    borrowing func withTemplate<Result>(
        adding template: [Attribute], _ body: (UnsafeMutablePointer<ck_attribute>?, UInt) -> Result
    ) -> Result {
        unsafe template.withTemplate { attributes, count in
            unsafe octets.withOctets { octets in
                var all = unsafe Array(UnsafeBufferPointer(start: attributes, count: Int(count)))
                for (type, place) in places {
                    // Cryptoki does not write to it; it knows no const.
                    let value = unsafe UnsafeMutableRawPointer(
                        mutating: octets.baseAddress.map { unsafe $0 + place.lowerBound })
                    unsafe all.append(ck_attribute(type: type.rawValue, value: value, value_len: UInt(place.count)))
                }
                return unsafe all.withUnsafeMutableBufferPointer { unsafe body($0.baseAddress, UInt($0.count)) }
            }
        }
    }
}

extension Session {
    /// Makes an object of public values.
    package func createObject(_ template: [Attribute]) throws(PKCS11Error) -> ObjectHandle {
        var object: ck_object_handle_t = 0
        try unsafe functions.call("C_CreateObject", functions.list.pointee.C_CreateObject) { function in
            unsafe template.withTemplate { unsafe function(handle, $0, $1, &object) }
        }
        return ObjectHandle(rawValue: object)
    }

    /// Makes an object whose secrets the module is told in clear.
    package func createObject(
        _ template: [Attribute], secrets: borrowing SecretAttributes
    ) throws(PKCS11Error) -> ObjectHandle {
        var object: ck_object_handle_t = 0
        try unsafe functions.call("C_CreateObject", functions.list.pointee.C_CreateObject) { function in
            unsafe secrets.withTemplate(adding: template) { unsafe function(handle, $0, $1, &object) }
        }
        return ObjectHandle(rawValue: object)
    }

    /// Makes a key of what was encrypted under another that is in the token.
    package func unwrapKey(
        _ wrapped: [UInt8], with key: ObjectHandle, _ mechanism: Mechanism, _ template: [Attribute]
    ) throws(PKCS11Error) -> ObjectHandle {
        var (object, wrapped): (ck_object_handle_t, [UInt8]) = (0, wrapped)
        try unsafe functions.call("C_UnwrapKey", functions.list.pointee.C_UnwrapKey) { function in
            unsafe mechanism.withMechanism { mechanism in
                unsafe wrapped.withUnsafeMutableBufferPointer { wrapped in
                    unsafe template.withTemplate { attributes, count in
                        unsafe function(
                            handle, mechanism, key.rawValue, wrapped.baseAddress, UInt(wrapped.count), attributes,
                            count,
                            &object)
                    }
                }
            }
        }
        return ObjectHandle(rawValue: object)
    }
}
