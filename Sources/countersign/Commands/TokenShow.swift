import ArgumentParser
import Console
import PKCS11
import TokenAdministration

/// `countersign token show`: everything that one token says of itself.
struct TokenShow: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show a token: its PINs' states, and the mechanisms that matter to a CA.",
        discussion: """
            What a token advertises is not always what it does: countersign token doctor tries. No PIN is tried here.

            Example: countersign token show 'pkcs11:token=ca' --module /usr/lib/softhsm/libsofthsm2.so
            """)

    @Argument(
        help: ArgumentHelp("The token, as pkcs11:token=LABEL (RFC 7512).", valueName: "uri"), transform: URI.argument)
    var uri: URI

    @OptionGroup var modules: ModuleOptions

    @Flag(help: "Print JSON instead of text for people.")
    var json = false

    func run() throws {
        let token = try modules.find(uri)
        let report: TokenReport
        do { report = try TokenReport(token.slot, of: token.module) } catch { throw CommandFailure(error) }
        guard !json else { return try StandardOutput.show(report.json.compactText) }
        let info = report.info
        var table = Table()
        table.add(["label", info.label])
        table.add(["serial", info.serial])
        table.add(["model", info.model])
        table.add(["manufacturer", info.manufacturer])
        table.add(["module", report.module])
        table.add(["state", info.isInitialized ? "initialised" : "blank"])
        table.add(["user PIN", report.userPIN.rawValue])
        table.add(["security officer PIN", report.securityOfficerPIN.rawValue])
        if info.flags.contains(.writeProtected) { table.add(["write protection", "on"]) }
        if info.flags.contains(.protectedAuthenticationPath) { table.add(["PIN entry", "at the token itself"]) }
        try StandardOutput.show(table.text + "\n\n" + Self.mechanisms(report))
    }

    private static func mechanisms(_ report: TokenReport) -> String {
        guard let mechanisms = report.mechanisms else { return "The token does not tell its mechanisms." }
        var table = Table(["MECHANISM", "KEY SIZES", "USES", "WHERE"])
        for mechanism in mechanisms {
            guard let name = mechanism.name else { continue }
            let sizes = mechanism.keySizes
            table.add([
                name,
                sizes.lowerBound == sizes.upperBound
                    ? "\(sizes.lowerBound)" : "\(sizes.lowerBound)–\(sizes.upperBound)",
                mechanism.uses.joined(separator: ", "), mechanism.flags.contains(.hardware) ? "device" : "library",
            ])
        }
        let others = mechanisms.count { $0.name == nil }
        return table.text + "\n\(others) others have no part in signing certificates."
    }
}
