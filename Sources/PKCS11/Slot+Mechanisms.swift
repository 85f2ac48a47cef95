import CPKCS11

/// What a token says of one of its mechanisms (`CK_MECHANISM_INFO`). It may refuse what it says that it does, and do what it does not
/// say.
package struct MechanismInfo: Hashable, Sendable {
    /// `CKM_…`.
    package let type: UInt
    /// In bits for RSA and curves; in what else the standard says for others.
    package let keySizes: ClosedRange<UInt>
    package let flags: Flags

    /// The flags of `CK_MECHANISM_INFO` that are of use here.
    package struct Flags: OptionSet, Hashable, Sendable {
        package let rawValue: UInt

        package init(rawValue: UInt) {
            self.rawValue = rawValue
        }

        /// Done in a device, not in the library.
        package static let hardware = Flags(rawValue: 1 << 0)
        package static let sign = Flags(rawValue: 1 << 11)
        package static let verify = Flags(rawValue: 1 << 13)
        package static let generateKeyPair = Flags(rawValue: 1 << 16)
        package static let wrap = Flags(rawValue: 1 << 17)
        package static let unwrap = Flags(rawValue: 1 << 18)
    }
}

extension Slot {
    /// What the token advertises.
    package func mechanisms() throws(PKCS11Error) -> [MechanismInfo] {
        try mechanismTypes().sorted().map { type throws(PKCS11Error) in
            var info = ck_mechanism_info()
            try unsafe functions.call("C_GetMechanismInfo", functions.list.pointee.C_GetMechanismInfo) { function in
                unsafe function(identifier, type, &info)
            }
            // Some modules have them the wrong way round.
            let sizes = (min(info.min_key_size, info.max_key_size), max(info.min_key_size, info.max_key_size))
            return MechanismInfo(
                type: type, keySizes: sizes.0...sizes.1, flags: MechanismInfo.Flags(rawValue: info.flags))
        }
    }

    private func mechanismTypes() throws(PKCS11Error) -> [UInt] {
        let name = "C_GetMechanismList"
        var count: UInt = 0
        try unsafe functions.call(name, functions.list.pointee.C_GetMechanismList) { function in
            unsafe function(identifier, nil, &count)
        }
        guard count > 0 else { return [] }
        guard count <= Self.maximumMechanisms else { throw .malformedAnswer(function: name, "\(count) mechanisms") }
        var types = [ck_mechanism_type_t](repeating: 0, count: Int(count))
        let room = count
        try unsafe functions.call(name, functions.list.pointee.C_GetMechanismList) { function in
            unsafe types.withUnsafeMutableBufferPointer { unsafe function(identifier, $0.baseAddress, &count) }
        }
        guard count <= room else { throw .malformedAnswer(function: name, "more mechanisms than there was room for") }
        return Array(types.prefix(Int(count)))
    }

    private static let maximumMechanisms: UInt = 65_536
}
