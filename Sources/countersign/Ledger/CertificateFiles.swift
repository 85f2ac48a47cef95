import Console
import Foundation
import Glibc
import Issuance
import LedgerImport

/// Reads certificates of files, and of folders and the folders in them.
struct CertificateFiles {
    private let paths: [(path: String, isNamed: Bool)]
    /// Files of folders in which there was no certificate.
    private(set) var passedOver: [String] = []

    /// - Parameter paths: of files and folders.
    /// - Throws: `CommandFailure` where one is not there, or cannot be listed.
    init(_ paths: [String]) throws(CommandFailure) {
        var found: [(String, Bool)] = []
        for path in paths {
            var status = stat()
            guard unsafe stat(path, &status) == 0 else {
                throw CommandFailure(.noInput, "\(path) cannot be read: \(describe(errno)).")
            }
            if status.st_mode & S_IFMT == S_IFDIR {
                found += try Self.files(in: path).map { ($0, false) }
            } else {
                found.append((path, true))
            }
        }
        self.paths = found
    }

    /// Hands on what is in them.
    mutating func read(into sources: inout ImportSources) throws(CommandFailure) {
        var line = ProgressLine("reading certificates")
        defer { line.end() }
        for (index, file) in paths.enumerated() {
            line.update(index, of: paths.count)
            try read(file.path, isNamed: file.isNamed, into: &sources)
        }
    }

    private mutating func read(
        _ path: String, isNamed: Bool, into sources: inout ImportSources
    ) throws(CommandFailure) {
        // A private key may lie beside them: what is not a certificate's is not kept.
        let octets: [UInt8]
        do { octets = try InputFile.octets(at: path, maximumSize: Self.maximumSize) } catch  where !isNamed {
            return sources.addProblem(
                path, "\(error.message) Take the file out of the folder, or give it to the user who runs this.")
        }
        guard octets.first != 0x30 else {
            // DER does not tell what it is of; what is named like a certificate has to be one.
            guard isNamed || Self.isNamedLikeCertificate(path) || (try? ForeignCertificate(der: octets)) != nil else {
                return passedOver.append(path)
            }
            return sources.addCertificate(octets, source: path)
        }
        do throws(PEMError) {
            let blocks = try PEM.decode(String(decoding: octets, as: UTF8.self), surroundings: .anyText)
                .filter { Self.labels.contains($0.label) }
            for block in blocks { sources.addCertificate(block.der, source: path) }
            if blocks.isEmpty {
                if isNamed { sources.addProblem(path, "It holds no certificate.") } else { passedOver.append(path) }
            }
        } catch .noBlock where !isNamed {
            passedOver.append(path)
        } catch {
            sources.addProblem(path, "It \(error).")
        }
    }

    /// RFC 7468 § 5.1, and an old name for the same.
    private static let labels: Set = ["CERTIFICATE", "X509 CERTIFICATE"]

    /// Bundles are large, and no larger than this, in octets.
    private static let maximumSize = 1 << 30

    private static func isNamedLikeCertificate(_ path: String) -> Bool {
        [".pem", ".crt", ".cer", ".der"].contains { path.lowercased().hasSuffix($0) }
    }

    /// Regular files, by name, and links to none.
    private static func files(in folder: String) throws(CommandFailure) -> [String] {
        let names: [String]
        do { names = try FileManager.default.subpathsOfDirectory(atPath: folder) } catch {
            throw CommandFailure(.noInput, "\(folder) cannot be listed: \(error.localizedDescription)")
        }
        return names.sorted().map { folder + "/" + $0 }.filter { path in
            var status = stat()
            return unsafe lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG && status.st_size > 0
        }
    }
}
