import CPKCS11

/// A module's function list, for what was had from it since it was last initialised. Modules stay loaded until the process ends, so the
/// pointer never dangles; thread safety is what `CKF_OS_LOCKING_OK` asked of the module.
@safe struct CryptokiFunctions: @unchecked Sendable {
    let list: UnsafePointer<ck_function_list>
    /// Of the module, which stays.
    private let gate: Unmanaged<CallGate>
    let generation: UInt32

    init(list: UnsafePointer<ck_function_list>, gate: CallGate) {
        unsafe self.list = unsafe list
        unsafe self.gate = unsafe Unmanaged.passUnretained(gate)
        generation = gate.generation
    }

    /// Calls one function of the list, which a module may leave empty.
    @inline(__always)
    func call<Function>(
        _ name: String, _ function: Function?, _ body: (Function) -> ck_rv_t
    ) throws(PKCS11Error) {
        let value = try outcome(name, function, body)
        guard value == .ok else { throw .call(function: name, value) }
    }

    /// The same, for callers who have a use for more codes than `CKR_OK`.
    ///
    /// What was had before the module was initialised anew answers `CKR_CRYPTOKI_NOT_INITIALIZED`, without a call.
    @inline(__always)
    func outcome<Function>(
        _ name: String, _ function: Function?, _ body: (Function) -> ck_rv_t
    ) throws(PKCS11Error) -> ReturnValue {
        guard let function else { throw .call(function: name, .functionNotSupported) }
        guard unsafe gate._withUnsafeGuaranteedRef({ $0.enter(generation) }) else {
            throw .call(function: name, .cryptokiNotInitialized)
        }
        defer { unsafe gate._withUnsafeGuaranteedRef { $0.leave() } }
        return ReturnValue(rawValue: body(function))
    }
}
