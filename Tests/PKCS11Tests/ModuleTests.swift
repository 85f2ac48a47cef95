import Glibc
import TestSupport
import Testing

@testable import PKCS11

@Suite("Modules")
struct ModuleTests {
    private func refusal(_ path: String, spy: Bool = false) -> String {
        do {
            _ = try Module.load(path: path, allowingSpy: spy)
            return "loaded"
        } catch {
            return String(describing: error)
        }
    }

    private func scratchFile(_ name: String, _ octets: [UInt8]) throws -> String {
        let path = try SoftHSM.shared().directory + "/" + name
        let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        try #require(descriptor >= 0)
        #expect(unsafe write(descriptor, octets, octets.count) == octets.count)
        close(descriptor)
        return path
    }

    @Test("A library that cannot serve says why")
    func refusals() throws {
        #expect(refusal("libsofthsm2.so").contains("absolute path"))
        #expect(refusal("/usr/lib/none/libnone.so").contains("No such file"))
        #expect(refusal("/etc").contains("cannot be read") || refusal("/etc").contains("not a shared library"))
        #expect(refusal("/etc/passwd").contains("not a shared library"))
        #expect(refusal(try scratchFile("empty.so", [])).contains("not a shared library"))
        #expect(refusal("/lib/x86_64-linux-gnu/libm.so.6").contains("no C_GetFunctionList"))
    }

    @Test("A library of another processor is told from a missing one")
    func architecture() throws {
        var header = [UInt8](repeating: 0, count: 64)
        // ELF, 32 bits, little endian, version 1; e_type DYN, e_machine EM_MIPS.
        header.replaceSubrange(0..<7, with: [0x7f, 0x45, 0x4c, 0x46, 1, 1, 1])
        header.replaceSubrange(16..<20, with: [3, 0, 8, 0])
        #expect(refusal(try scratchFile("mips.so", header)).contains("another processor architecture"))
    }

    @Test("pkcs11-spy is not loaded unless that is asked for, under a symbolic link's name neither")
    func spy() throws {
        let path = try scratchFile("pkcs11-spy.so", Array("not a library".utf8))
        let link = try SoftHSM.shared().directory + "/innocent.so"
        unsafe symlink(path, link)
        #expect(refusal(path).contains("logs PINs"))
        #expect(refusal(link).contains("logs PINs"))
        #expect(refusal(path, spy: true).contains("not a shared library"))
    }

    @Test("One library is one module, whatever path leads to it")
    func sharing() throws {
        let module = try SoftHSM.shared().module
        let link = try SoftHSM.shared().directory + "/softhsm.so"
        unsafe symlink(SoftHSM.modulePath, link)
        #expect(try Module.load(path: link) === module)
        #expect(throws: PKCS11Error.module(path: module.path, "is in use already with another initialization string")) {
            try Module.load(path: link, reserved: "x")
        }
    }

    @Test("A module introduces itself")
    func description() throws {
        #expect(try SoftHSM.shared().module.libraryDescription().contains("SoftHSM"))
    }
}
