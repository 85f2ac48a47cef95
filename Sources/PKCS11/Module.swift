import CPKCS11
import Glibc
import Synchronization

/// A PKCS #11 library, loaded and initialised: one object a library and process, never unloaded.
package final class Module: Sendable {
    /// Where it was first loaded from, symbolic links resolved.
    package let path: String
    private let list: FunctionList
    private let gate = CallGate()
    private let initialization: Mutex<Initialization>

    private enum Initialization {
        case pending
        case done(reserved: String?)
        /// It was, and could not be once more.
        case failed(reserved: String?)
    }

    @safe private struct FunctionList: @unchecked Sendable { let pointer: UnsafePointer<ck_function_list> }

    private init(path: String, list: FunctionList) {
        self.path = path
        self.list = list
        initialization = Mutex(.pending)
    }

    /// As from now on; void once the module is initialised anew.
    var functions: CryptokiFunctions { unsafe CryptokiFunctions(list: list.pointer, gate: gate) }

    private static let loaded = Mutex<[String: Module]>([:])

    /// Loads the library and calls `C_Initialize` with `CKF_OS_LOCKING_OK`, once; later calls return the same object.
    ///
    /// SIGPIPE is ignored in the whole process from here on: a module may speak to another process through a socket.
    ///
    /// - Parameters:
    ///   - path: absolute, so that no search path decides which library sees the PIN.
    ///   - reserved: the library's parameter string (`pReserved`), where it wants one. One library has one.
    ///   - allowingSpy: whether pkcs11-spy, which logs PINs in clear, may be loaded.
    ///   - isInitialized: whether it has to be initialised, and is now where it was not; else only `initializeAnew` is for it.
    package static func load(
        path: String, reserved: String? = nil, allowingSpy: Bool = false, isInitialized: Bool = true
    ) throws(PKCS11Error) -> Module {
        signal(SIGPIPE, SIG_IGN)
        let canonical = try canonicalPath(path)
        guard allowingSpy || ![path, canonical].contains(where: { $0.contains("pkcs11-spy") }) else {
            throw .module(path: path, "logs PINs in clear; it is loaded only where the configuration says so")
        }
        let result = loaded.withLock { known -> Result<Module, PKCS11Error> in
            if let module = known[canonical] { return .success(module) }
            do throws(PKCS11Error) {
                let module = Module(path: canonical, list: try open(canonical))
                known[canonical] = module
                return .success(module)
            } catch {
                return .failure(error)
            }
        }
        let module = try result.get()
        if isInitialized { try module.initialize(reserved: reserved) }
        return module
    }

    /// Under a lock of this module alone: one that hangs here does not keep others from being loaded.
    private func initialize(reserved: String?) throws(PKCS11Error) {
        let result = initialization.withLock { state -> Result<Void, PKCS11Error> in
            switch state {
            case .done(reserved):
                return .success(())
            case .done:
                return .failure(.module(path: path, "is in use already with another initialization string"))
            case .failed:
                return .failure(.call(function: "C_Initialize", .cryptokiNotInitialized))
            case .pending:
                do throws(PKCS11Error) {
                    try callInitialize(reserved: reserved)
                    state = .done(reserved: reserved)
                    return .success(())
                } catch {
                    return .failure(error)
                }
            }
        }
        try result.get()
    }

    /// `C_Finalize`, then `C_Initialize` once more: what a library needs that has lost its token, or does not know that it is back.
    ///
    /// Slots and sessions of before are void: their calls return `CKR_CRYPTOKI_NOT_INITIALIZED`.
    ///
    /// - Parameters:
    ///   - parameter: the library's parameter string, where it was not initialised yet.
    ///   - limit: for how long calls that are inside are waited for. Behind one that does not return, nothing is done.
    /// - Throws: `PKCS11Error.module` where a call is still inside; what `C_Initialize` returned.
    package func initializeAnew(reserved parameter: String?, waiting limit: Duration) throws(PKCS11Error) {
        let result = initialization.withLock { state -> Result<Void, PKCS11Error> in
            let reserved: String?
            switch state {
            case .pending: reserved = parameter
            case .failed(let former), .done(let former): reserved = former
            }
            guard gate.close(within: limit) else {
                return .failure(
                    .module(path: path, "cannot be initialised anew while a call that does not return is inside"))
            }
            defer { gate.openAnew() }
            if case .done = state, let finalize = unsafe list.pointer.pointee.C_Finalize {
                // Whatever it returns, there is nothing left to lose.
                _ = finalize(nil)
            }
            state = .failed(reserved: reserved)
            do throws(PKCS11Error) {
                try callInitialize(reserved: reserved)
                state = .done(reserved: reserved)
                return .success(())
            } catch {
                return .failure(error)
            }
        }
        try result.get()
    }

    /// Not through the gate, which is closed to others while it is initialised anew.
    private func callInitialize(reserved: String?) throws(PKCS11Error) {
        var parameter = reserved.map { Array($0.utf8CString) } ?? []
        let hasParameter = reserved != nil
        guard let function = unsafe list.pointer.pointee.C_Initialize else {
            throw .call(function: "C_Initialize", .functionNotSupported)
        }
        let value = unsafe parameter.withUnsafeMutableBytes { octets in
            var arguments = unsafe ck_c_initialize_args()
            unsafe arguments.flags = ck_flags_t(CKF_OS_LOCKING_OK)
            unsafe arguments.reserved = hasParameter ? octets.baseAddress : nil
            return ReturnValue(rawValue: unsafe function(&arguments))
        }
        guard value == .ok else { throw .call(function: "C_Initialize", value) }
    }

    /// Who made the library, in its own words.
    package func libraryDescription() throws(PKCS11Error) -> String {
        var info = ck_info()
        try unsafe functions.call("C_GetInfo", functions.list.pointee.C_GetInfo) { unsafe $0(&info) }
        let (maker, name) = (paddedText(of: info.manufacturer_id), paddedText(of: info.library_description))
        return "\(maker) \(name) \(info.library_version.major).\(info.library_version.minor)"
    }
}

extension Module {
    private static func canonicalPath(_ path: String) throws(PKCS11Error) -> String {
        guard path.hasPrefix("/"), !path.utf8.contains(0) else {
            throw .module(path: path, "is not named by an absolute path")
        }
        guard let resolved = unsafe realpath(path, nil) else {
            throw .module(path: path, "cannot be opened: \(FileError(code: errno))")
        }
        defer { unsafe free(resolved) }
        return unsafe String(cString: resolved)
    }

    private static func open(_ path: String) throws(PKCS11Error) -> FunctionList {
        switch ELFHeader.read(path) {
        case .failure(let error): throw .module(path: path, "cannot be read: \(error)")
        case .success(nil): throw .module(path: path, "is not a shared library")
        case .success(let header):
            guard header == ELFHeader.ofThisProcess else {
                throw .module(path: path, "was built for another processor architecture")
            }
        }
        guard let library = unsafe dlopen(path, RTLD_NOW | RTLD_LOCAL) else {
            let reason = unsafe dlerror().map { unsafe String(cString: $0) } ?? "no reason given"
            throw .module(path: path, "cannot be loaded: \(reason)")
        }
        // C_GetFunctionList is the one symbol that every module exports.
        guard let symbol = unsafe dlsym(library, "C_GetFunctionList") else {
            unsafe dlclose(library)
            throw .module(path: path, "is not a PKCS #11 library: it has no C_GetFunctionList")
        }
        let getFunctionList = unsafe unsafeBitCast(symbol, to: CK_C_GetFunctionList.self)
        var list: UnsafeMutablePointer<ck_function_list>?
        let value = ReturnValue(rawValue: unsafe getFunctionList(&list))
        guard value == .ok else { throw .call(function: "C_GetFunctionList", value) }
        guard let list = unsafe list else {
            throw .malformedAnswer(function: "C_GetFunctionList", "no function list")
        }
        // 2.x and 3.x lists begin alike.
        let version = unsafe list.pointee.version
        guard version.major == 2 || version.major == 3 else {
            throw .module(path: path, "speaks Cryptoki \(version.major).\(version.minor), which is not known here")
        }
        return unsafe FunctionList(pointer: UnsafePointer(list))
    }
}
