import CPKCS11

/// A module's function list. Modules stay loaded until the process ends, so the pointer never dangles; thread safety is
/// what `CKF_OS_LOCKING_OK` asked of the module.
@safe struct CryptokiFunctions: @unchecked Sendable {
    let list: UnsafePointer<ck_function_list>

    /// Calls one function of the list, which a module may leave empty.
    @inline(__always)
    func call<Function>(
        _ name: String, _ function: Function?, _ body: (Function) -> ck_rv_t
    ) throws(PKCS11Error) {
        let value = try outcome(name, function, body)
        guard value == .ok else { throw .call(function: name, value) }
    }

    /// The same, for callers who have a use for more codes than `CKR_OK`.
    @inline(__always)
    func outcome<Function>(
        _ name: String, _ function: Function?, _ body: (Function) -> ck_rv_t
    ) throws(PKCS11Error) -> ReturnValue {
        guard let function else { throw .call(function: name, .functionNotSupported) }
        return ReturnValue(rawValue: body(function))
    }
}
