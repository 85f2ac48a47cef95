import CPKCS11
import Glibc
import Synchronization

/// A PKCS #11 library, loaded and initialised: one object a library and process, never unloaded.
package final class Module: Sendable {
    /// Where it was first loaded from, symbolic links resolved.
    package let path: String
    let functions: CryptokiFunctions
    private let initialization: Mutex<Initialization>

    private enum Initialization {
        case pending
        case done(reserved: String?)
    }

    private init(path: String, functions: CryptokiFunctions) {
        self.path = path
        self.functions = functions
        initialization = Mutex(.pending)
    }

    private static let loaded = Mutex<[String: Module]>([:])

    /// Loads the library and calls `C_Initialize` with `CKF_OS_LOCKING_OK`, once; later calls return the same object.
    ///
    /// SIGPIPE is ignored in the whole process from here on: a module may speak to another process through a socket.
    ///
    /// - Parameters:
    ///   - path: absolute, so that no search path decides which library sees the PIN.
    ///   - reserved: the library's parameter string (`pReserved`), where it wants one. One library has one.
    ///   - allowingSpy: whether pkcs11-spy, which logs PINs in clear, may be loaded.
    package static func load(
        path: String, reserved: String? = nil, allowingSpy: Bool = false
    ) throws(PKCS11Error) -> Module {
        signal(SIGPIPE, SIG_IGN)
        let canonical = try canonicalPath(path)
        guard allowingSpy || ![path, canonical].contains(where: { $0.contains("pkcs11-spy") }) else {
            throw .module(path: path, "logs PINs in clear; it is loaded only where the configuration says so")
        }
        let result = loaded.withLock { known -> Result<Module, PKCS11Error> in
            if let module = known[canonical] { return .success(module) }
            do throws(PKCS11Error) {
                let module = Module(path: canonical, functions: try open(canonical))
                known[canonical] = module
                return .success(module)
            } catch {
                return .failure(error)
            }
        }
        let module = try result.get()
        try module.initialize(reserved: reserved)
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

    private func callInitialize(reserved: String?) throws(PKCS11Error) {
        var parameter = reserved.map { Array($0.utf8CString) } ?? []
        let hasParameter = reserved != nil
        try unsafe functions.call("C_Initialize", functions.list.pointee.C_Initialize) { function in
            unsafe parameter.withUnsafeMutableBytes { octets in
                var arguments = unsafe ck_c_initialize_args()
                unsafe arguments.flags = ck_flags_t(CKF_OS_LOCKING_OK)
                unsafe arguments.reserved = hasParameter ? octets.baseAddress : nil
                return unsafe function(&arguments)
            }
        }
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

    private static func open(_ path: String) throws(PKCS11Error) -> CryptokiFunctions {
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
        return unsafe CryptokiFunctions(list: UnsafePointer(list))
    }
}
