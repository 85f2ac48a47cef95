import Foundation
import PublicKeys
import TestSupport

/// A daemon's configuration in a folder of its own. The journal's folder is left to the daemon.
struct TestConfiguration: Sendable {
    let folder: String
    var authorities: [String]
    var limits = "{}"
    /// The text of `access`; empty for none.
    var access = ""
    /// Of `authorities`, those whose token has a wrong PIN.
    var broken: Set<String> = []
    var intermediates: Set<String> = ["roomy", "unlimited"]
    /// Of every profile.
    var purposes = "serverAuth, clientAuth"
    /// Lines that the main token's, an authority's or a profile's entry has besides, such as `backdate: none`.
    var more: (token: [String], authority: [String], profile: [String]) = ([], [], [])
    /// Through which the main token is seen.
    var module = SoftHSM.modulePath
    /// Instead of the folder's own.
    var otherJournal: String?
    var otherSocket: String?
    /// The hard limit of the daemon's open files, where it is not to be this process's own.
    var openFiles: Int?
    var segmentSize = "64MiB"
    /// A command that runs the daemon, such as one that watches it.
    var wrapper: [String] = []
    /// Of the environment, beside where the tokens are.
    var variables: [String: String] = [:]

    var path: String { folder + "/countersign.yaml" }
    /// Shows the tokens to a child process.
    var environment: [String: String] { SoftHSM.environment(of: folder).merging(variables) { $1 } }
    var journal: String { otherJournal ?? folder + "/journal" }
    var socket: String { otherSocket ?? folder + "/socket" }

    init(_ authorities: [String]) throws {
        self.authorities = authorities
        folder = try ChildProcess.scratch.get() + "/" + String(UUID().uuidString.prefix(8))
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    }

    /// The id of an authority's profile.
    static func profile(_ authority: String) -> String {
        "00000000-0000-4000-8000-" + authority.utf8.prefix(4).map { String($0, radix: 16) }.joined() + "0000"
    }

    /// Writes the file, the chains and the tokens.
    func write(_ tree: CertificateTree) throws {
        try SoftHSM.copy([tree.token, tree.otherToken], to: folder)
        var text = """
            version: 1
            socket: { path: \(socket) }
            limits: \(limits)
            journal: { directory: \(journal), segmentSize: \(segmentSize) }
            tokens:
              - name: main
                module: \(module)
                uri: \(tree.token.uri)
                pin: { file: \(tree.token.pinFile) }
                # Calls are counted.
                testInterval: 1h

            """
        text += more.token.map { "    \($0)\n" }.joined()
        if !broken.isEmpty {
            try write("not the PIN\n", to: "wrong-pin")
            text += """
                  - name: broken
                    module: \(SoftHSM.modulePath)
                    uri: \(tree.otherToken.uri)
                    pin: { file: \(folder)/wrong-pin }

                """
        }
        text += "authorities:\n"
        for id in authorities {
            guard let authority = tree.authorities[id] else { throw TestSupportError("no authority \(id)") }
            try write(authority.chain.joined(), to: id + ".pem")
            text += """
                  - id: \(id)
                    state: \(id == "disabled" ? "disabled" : "active")
                    token: \(broken.contains(id) ? "broken" : "main")
                    key: \(authority.key)
                    chain: \(id).pem
                    signatureAlgorithm: \(authority.algorithm.name)

                """
            text += more.authority.map { "    \($0)\n" }.joined()
            if intermediates.contains(id) {
                text += """
                        intermediates:
                          subject: { fields: { CN: { required: true } } }
                          keys: { ec: [P-256] }
                          maximumValidity: 1y

                    """
            }
        }
        text += "profiles:\n" + authorities.map(profileText).joined()
        if !access.isEmpty { text += "access:\n\(access)\n" }
        try write(text, to: "countersign.yaml")
    }

    private func profileText(_ authority: String) -> String {
        """
          - id: \(Self.profile(authority))
            name: by \(authority)
            authority: \(authority)
            subject: { mayBeEmpty: true, fields: { CN: {} } }
            subjectAlternativeNames: { dns: { allowed: ["*.internal.example"] } }
            keys: { ec: [P-256, P-384, P-521], rsa: {}, ed25519: true }
            keyUsage: [digitalSignature, keyEncipherment]
            extendedKeyUsages: [\(purposes)]
            maximumValidity: 90d

        """ + more.profile.map { "    \($0)\n" }.joined()
    }

    func write(_ text: String, to name: String) throws {
        let path = folder + "/" + name
        try text.write(toFile: path, atomically: false, encoding: .utf8)
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
    }
}
