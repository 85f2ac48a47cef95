import ArgumentParser
import Console
import JSONRPC
import PKCS11
import TokenAdministration

/// `countersign token list`: which tokens there are.
struct TokenList: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List the tokens of PKCS#11 libraries, initialised or not.",
        discussion: """
            No PIN is tried.

            Example: countersign token list --module /usr/lib/softhsm/libsofthsm2.so
            """)

    @OptionGroup var modules: ModuleOptions

    @Flag(help: "Print JSON instead of text for people.")
    var json = false

    func run() throws {
        var reports: [TokenReport] = []
        for module in try modules.modules() {
            do { reports += try TokenReport.all(of: module) } catch { throw CommandFailure(error) }
        }
        guard !json else { return try StandardOutput.show(JSONValue.array(reports.map(\.json)).compactText) }
        guard !reports.isEmpty else {
            return try StandardOutput.show(
                "There is no token: is it plugged in, its service running, its library the right one?")
        }
        var table = Table(["LABEL", "SERIAL", "MODEL", "STATE", "USER PIN", "MODULE"])
        for report in reports {
            table.add([
                report.info.label, report.info.serial, report.info.model,
                report.info.isInitialized ? "initialised" : "blank", report.userPIN.rawValue, report.module,
            ])
        }
        try StandardOutput.show(table.text)
    }
}

extension TokenReport {
    var json: JSONValue {
        [
            "module": .string(module), "label": .string(info.label), "serial": .string(info.serial),
            "model": .string(info.model), "manufacturer": .string(info.manufacturer),
            "initialized": .bool(info.isInitialized), "userPin": .string(userPIN.rawValue),
            "securityOfficerPin": .string(securityOfficerPIN.rawValue),
            "writeProtected": .bool(info.flags.contains(.writeProtected)),
            "mechanisms": mechanisms.map { .array($0.map(\.json)) } ?? .null,
        ]
    }
}

extension MechanismInfo {
    fileprivate var json: JSONValue {
        [
            "type": .init(UInt64(type)), "name": name.map { .string($0) } ?? .null,
            "minimumKeySize": .init(UInt64(keySizes.lowerBound)), "maximumKeySize": .init(UInt64(keySizes.upperBound)),
            "uses": .array(uses.map { .string($0) }),
        ]
    }

    /// Of the uses that matter to a CA.
    var uses: [String] {
        let known: [(Flags, String)] = [
            (.sign, "sign"), (.verify, "verify"), (.generateKeyPair, "generateKeyPair"), (.wrap, "wrap"),
            (.unwrap, "unwrap"),
        ]
        return known.filter { flags.contains($0.0) }.map(\.1)
    }

    /// The standard's name; `nil` for a mechanism that a CA has no use for.
    var name: String? { Self.names[type] }

    private static let names: [UInt: String] = {
        let hashes = Mechanism.Hash.allCases
        let signing: [Mechanism] =
            [.ecdsa, .rsaPKCS, .eddsa, .ecKeyPairGeneration, .rsaKeyPairGeneration, .edwardsKeyPairGeneration]
            + hashes.map { .ecdsaHashing($0) } + hashes.map { .rsaPKCSHashing($0) }
            + hashes.flatMap { [.rsaPSS($0, saltLength: 0), .rsaPSSHashing($0, saltLength: 0)] }
        // By which a key may come into the token.
        let wrapping: [UInt: String] = [
            0x9: "CKM_RSA_PKCS_OAEP", 0x1054: "CKM_RSA_AES_KEY_WRAP", 0x2109: "CKM_AES_KEY_WRAP",
            0x210a: "CKM_AES_KEY_WRAP_PAD", 0x210b: "CKM_AES_KEY_WRAP_KWP",
        ]
        return signing.reduce(into: wrapping) { $0[$1.type] = $1.description }
    }()
}
