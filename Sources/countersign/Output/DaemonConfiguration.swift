import Configuration
import Issuance
import SigningAPI

/// The daemon's configuration file, as commands read it that work beside the daemon.
struct DaemonConfiguration {
    let values: ServiceConfiguration
    private let path: String

    /// - Parameter path: else COUNTERSIGN_CONFIG names it.
    /// - Throws: `CommandFailure` where it is not named, cannot be read or is wrong.
    init(_ path: String?, neededFor purpose: String) throws(CommandFailure) {
        guard let path = path ?? environment("COUNTERSIGN_CONFIG") else {
            throw CommandFailure(
                .usage, "\(purpose) the daemon's configuration: --config FILE or COUNTERSIGN_CONFIG.")
        }
        do {
            values = try ServiceConfiguration(contentsOf: path, methods: Method.allCases.map(\.rawValue))
        } catch {
            throw CommandFailure(.noInput, "\(error)")
        }
        self.path = path
    }

    /// The authority of that id, letters of either case.
    func authority(_ id: String) throws(CommandFailure) -> ServiceConfiguration.Authority {
        guard let authority = values.authorities.first(where: { $0.id.lowercased() == id.lowercased() }) else {
            let ids = values.authorities.map(\.id).joined(separator: ", ")
            throw CommandFailure(.noInput, "\(path) has no authority \(id); it has \(ids).")
        }
        return authority
    }
}

extension ServiceConfiguration.Authority {
    /// Its own certificate, the first of its chain.
    func certificate() throws(CommandFailure) -> IssuerCertificate { try IssuerCertificate(at: chainPath) }
}

extension IssuerCertificate {
    /// The first of a PEM file.
    init(at path: String) throws(CommandFailure) {
        let text = try InputFile.text(at: path)
        do {
            guard let block = try PEM.decode(text).first else {
                throw CommandFailure(.noInput, "\(path) holds no certificate.")
            }
            try self.init(der: block.der)
        } catch let failure as CommandFailure {
            throw failure
        } catch {
            throw CommandFailure(.noInput, "\(path): \(error).")
        }
    }
}
