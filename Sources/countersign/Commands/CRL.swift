import ArgumentParser

/// `countersign crl`: the lists of what is revoked.
struct CRL: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "crl", abstract: "Get an authority's CRL.", subcommands: [CRLGet.self])
}
