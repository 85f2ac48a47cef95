// swift-tools-version: 6.2
import PackageDescription

/// `scripts/check` sets this: a newer compiler's new warning must not break a user's build.
let warningsAreErrors = Context.environment["COUNTERSIGN_WARNINGS_ARE_ERRORS"] == "1"

let settings: [SwiftSetting] =
    [
        .swiftLanguageMode(.v6),
        .strictMemorySafety(),
        .enableUpcomingFeature("ExistentialAny"),
        .enableUpcomingFeature("MemberImportVisibility"),
        .enableUpcomingFeature("InternalImportsByDefault"),
        .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    ] + (warningsAreErrors ? [.treatAllWarnings(as: .error)] : [])

let asn1 = Target.Dependency.product(name: "SwiftASN1", package: "swift-asn1")
let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let cryptoExtras = Target.Dependency.product(name: "CryptoExtras", package: "swift-crypto")
let bigInt = Target.Dependency.product(name: "BigInt", package: "BigInt")
let sqlite = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
let sqliteLibrary = Target.Dependency.product(name: "GRDBSQLite", package: "GRDB.swift")
let log = Target.Dependency.product(name: "Logging", package: "swift-log")
let nioCore = Target.Dependency.product(name: "NIOCore", package: "swift-nio")
let nioPosix = Target.Dependency.product(name: "NIOPosix", package: "swift-nio")
let lifecycle = Target.Dependency.product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let unixSignals = Target.Dependency.product(name: "UnixSignals", package: "swift-service-lifecycle")
let arguments = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")

/// A wall: a library target together with the tests that mirror it.
func room(
    _ name: String, _ dependencies: [Target.Dependency] = [], tests: [Target.Dependency] = []
) -> [Target] {
    [
        .target(name: name, dependencies: dependencies, swiftSettings: settings),
        .testTarget(
            name: name + "Tests", dependencies: [.byName(name: name), "TestSupport"] + dependencies + tests,
            swiftSettings: settings),
    ]
}

// In the order in which a request meets them.
let executables: [Target] = [
    .executableTarget(
        name: "countersignd",
        dependencies: [
            "Authority", "Configuration", "Console", "Inventory", "Issuance", "JSONRPC", "Ledger", "Program",
            "PublicKeys", "Signing", "SigningAPI", "SigningService", "Threads", "Timekeeping", "TokenIsolation",
            "UnixSocket", arguments, lifecycle,
            log,
            unixSignals,
        ],
        swiftSettings: settings),
    .executableTarget(
        name: "countersign",
        dependencies: [
            "Authority", "Ceremony", "Configuration", "Console", "DERCoding", "Inventory", "Issuance", "JSONRPC",
            "Ledger",
            "LedgerImport", "KeyFiles", "Program", "PKCS11", "PublicKeys", "Signing", "SigningAPI", "Timekeeping",
            "TokenAdministration",
            "UnixSocket", "CLinux", arguments, crypto, cryptoExtras, log,
        ],
        swiftSettings: settings),
]

let rooms: [Target] =
    room("UnixSocket", ["CLinux", nioCore, nioPosix, log])
    + room("JSONRPC")
    + room("SigningAPI", ["JSONRPC", "Timekeeping"])
    + room(
        "SigningService",
        [
            "Authority", "DERCoding", "Inventory", "Issuance", "JSONRPC", "Ledger", "PublicKeys", "Signing",
            "SigningAPI", "Timekeeping", log,
        ])
    + room(
        "Authority",
        ["Inventory", "Issuance", "Ledger", "PublicKeys", "Signing", "Threads", "Timekeeping", crypto, log])
    + room(
        "Configuration",
        [
            "Authority", "Issuance", "PKCS11", "PublicKeys", "Signing", "Timekeeping", asn1, crypto,
            .product(name: "Yams", package: "Yams"),
        ])
    + room(
        "Issuance",
        ["DERCoding", "PublicKeys", "Timekeeping", asn1, crypto, cryptoExtras, bigInt])
    + room(
        "Inventory",
        ["DERCoding", "Failpoints", "Issuance", "Ledger", "Threads", "Timekeeping", log, sqlite, sqliteLibrary],
        tests: [asn1, crypto])
    + room(
        "Ledger", ["DERCoding", "Failpoints", "Threads", "Timekeeping", crypto, log],
        tests: ["JournalExerciser", asn1])
    + room(
        "LedgerImport", ["DERCoding", "Issuance", "Ledger", "Timekeeping", crypto],
        tests: ["PKCS11", "PublicKeys", "Signing"])
    + room(
        "Ceremony",
        [
            "Configuration", "Console", "DERCoding", "Issuance", "Ledger", "PublicKeys", "Signing", "Timekeeping",
            crypto, log,
        ],
        tests: ["PKCS11", "TokenAdministration"])
    + room("TokenAdministration", ["DERCoding", "KeyFiles", "PKCS11", "PublicKeys", "Signing", crypto])
    + room("KeyFiles", ["CKeyFiles", "Console", "PKCS11", "PublicKeys"])
    + room("TokenIsolation", ["CLinux", "PKCS11", "PublicKeys", "Signing", "Threads", log])
    + room("Signing", ["DERCoding", "PKCS11", "PublicKeys", "Threads", crypto, log])
    + room("PKCS11", ["CPKCS11", "DERCoding"], tests: ["PublicKeys"])
    + room("PublicKeys", ["DERCoding", asn1, crypto, cryptoExtras, bigInt], tests: ["PKCS11"])
    + room("DERCoding", [asn1])
    + room("Threads", ["CLinux"])
    + room("Timekeeping")
    + room("Console")

let c: [Target] = [
    .systemLibrary(name: "CPKCS11", pkgConfig: "p11-kit-1", providers: [.apt(["libp11-kit-dev"])]),
    .target(name: "CLinux"),
    // OpenSSL's library, which reads and decrypts private keys of every format that they come in.
    .target(name: "CKeyFiles", linkerSettings: [.linkedLibrary("crypto")]),
]

// What both programs are: their version, and what their processes give up.
let program: [Target] = [
    .target(name: "Program", dependencies: ["CLinux", "Console"], swiftSettings: settings)
]

let tests: [Target] = [
    // Where a test kills a process; nothing in a release.
    .target(name: "Failpoints", swiftSettings: settings),
    // A PKCS #11 module that misbehaves by rule.
    .target(name: "FaultShim", dependencies: ["CPKCS11"], linkerSettings: [.linkedLibrary("m")]),
    .target(
        name: "TestSupport",
        dependencies: ["CLinux", "PKCS11", "PublicKeys", "Signing", "Timekeeping", asn1, crypto, cryptoExtras, log],
        swiftSettings: settings),
    // A process that issues into a journal, for tests to kill.
    .executableTarget(
        name: "JournalExerciser", dependencies: ["Ledger", "Timekeeping", log], path: "Tests/JournalExerciser",
        swiftSettings: settings),
    // What of the daemon a process of its own cannot show.
    .testTarget(
        name: "CountersigndTests", dependencies: ["Ledger", "Timekeeping", "countersignd", log], swiftSettings: settings
    ),
    .testTarget(
        name: "EndToEndTests",
        dependencies: [
            "DERCoding", "Failpoints", "Issuance", "JSONRPC", "Ledger", "PKCS11", "PublicKeys", "Signing",
            "TestSupport", "Timekeeping", "countersign", "countersignd",
        ],
        // Python: what judges certificates.
        exclude: ["Judges"],
        swiftSettings: settings),
]

let package = Package(
    name: "countersign",
    products: [.library(name: "FaultShim", type: .dynamic, targets: ["FaultShim"])],
    // Exact versions: no lock file is committed, and what signs certificates should not change by itself.
    dependencies: [
        // The transport: event loops, back-pressure and Unix sockets that others have hardened.
        .package(url: "https://github.com/apple/swift-nio.git", exact: "2.101.2"),
        // Start, signals and draining in order.
        .package(url: "https://github.com/swift-server/swift-service-lifecycle.git", exact: "2.13.0"),
        // The log that a Swift server's libraries share.
        .package(url: "https://github.com/apple/swift-log.git", exact: "1.16.2"),
        // Command lines with help and completions.
        .package(url: "https://github.com/apple/swift-argument-parser.git", exact: "1.8.2"),
        // A strict DER parser.
        .package(url: "https://github.com/apple/swift-asn1.git", exact: "1.7.4"),
        // BoringSSL's verification and hashing.
        .package(url: "https://github.com/apple/swift-crypto.git", exact: "4.5.2"),
        // Integers of any size, for the checks of RSA moduli.
        .package(url: "https://github.com/attaswift/BigInt.git", exact: "6.0.1"),
        // SQLite for the inventory: one writer beside many readers, and statements whose values cannot be mistaken for SQL.
        .package(url: "https://github.com/groue/GRDB.swift.git", exact: "7.10.0"),
        // The configuration file's YAML, with the line and column of every node.
        .package(url: "https://github.com/jpsim/Yams.git", exact: "6.2.2"),
    ],
    targets: executables + rooms + program + c + tests
)
