import FoundationEssentials
import Glibc
package import PKCS11
import Synchronization

/// SoftHSM in this process: one scratch folder, and `SOFTHSM2_CONF` set before the module sees it. All of it belongs to the
/// process, so it is made once, and nothing may finalize the module.
package struct SoftHSM: Sendable {
    package let module: Module
    /// Holds the configuration, the token store and the PIN files; removed when the process ends.
    package let directory: String
    let spareTokens: SpareTokens

    /// Where the module is: `COUNTERSIGN_TEST_MODULE`, or Debian's place. `COUNTERSIGN_TEST_THROUGH` names another that hands everything on
    /// to it.
    package static var modulePath: String {
        variable("COUNTERSIGN_TEST_THROUGH") ?? variable("COUNTERSIGN_TEST_MODULE")
            ?? "/usr/lib/softhsm/libsofthsm2.so"
    }

    private static func variable(_ name: String) -> String? {
        unsafe getenv(name).map { unsafe String(cString: $0) }
    }

    /// The process's SoftHSM. A missing one is an error, never a reason to skip a test.
    package static func shared() throws -> SoftHSM {
        try result.get()
    }

    private static let result = Result { try SoftHSM() }

    private init() throws {
        directory = try Self.makeDirectory()
        try FileManager.default.createDirectory(atPath: directory + "/tokens", withIntermediateDirectories: true)
        try Self.writeConfiguration(to: directory)
        unsafe setenv("SOFTHSM2_CONF", Self.configurationPath(directory), 1)
        module = try Module.load(path: Self.modulePath)
        spareTokens = try SpareTokens(of: module, count: 120)
        Self.leftover.withLock { [directory] in $0 = directory }
        atexit {
            try? FileManager.default.removeItem(atPath: SoftHSM.leftover.withLock { $0 })
        }
    }

    private static let leftover = Mutex("")

    private static func makeDirectory() throws -> String {
        var template = Array("/tmp/countersign-softhsm-XXXXXX".utf8CString)
        guard unsafe mkdtemp(&template) != nil else { throw TestSupportError("no scratch folder: errno \(errno)") }
        return String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}

/// What went wrong while a test was being set up.
package struct TestSupportError: Error, CustomStringConvertible {
    package let description: String

    package init(_ description: String) {
        self.description = description
    }
}
