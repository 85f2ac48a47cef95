import Foundation
import JSONRPC
import TestSupport

/// Somebody else's implementation that says what it makes of a certificate.
enum Judge: String, CaseIterable, Sendable {
    case openssl, certtool, nss, cryptography, pkilint

    /// What it says of a certificate in PEM, with those above it; empty where it accepts.
    ///
    /// - Throws: where the judge is not there.
    func verdicts(_ entries: [CertificateMatrix.Entry]) throws -> [String] {
        let folder = try ChildProcess.scratch.get() + "/judge-\(UUID().uuidString.prefix(8))"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let bench = JudgesBench(folder: folder)
        return switch self {
        case .openssl: try entries.map(bench.openssl)
        case .certtool: try entries.map(bench.certtool)
        case .nss: try entries.map(bench.nss)
        case .cryptography: try bench.python(entries).map { $0.cryptography == "accepted" ? "" : $0.cryptography }
        case .pkilint: try bench.python(entries).map { $0.pkilint.joined(separator: ", ") }
        }
    }
}

/// Where judges find what they are shown.
private struct JudgesBench {
    let folder: String

    func openssl(_ entry: CertificateMatrix.Entry) throws -> String {
        try write(entry.chain.suffix(1), "root.pem")
        try write(entry.chain.dropFirst().dropLast(), "untrusted.pem")
        let purpose = entry.isCA ? [] : ["-purpose", "sslserver", "-verify_hostname", CertificateMatrix.host]
        return try run(
            "openssl",
            ["verify", "-x509_strict", "-CAfile", folder + "/root.pem", "-untrusted", folder + "/untrusted.pem"]
                + purpose + [write(entry.chain.prefix(1), "certificate.pem")])
    }

    func certtool(_ entry: CertificateMatrix.Entry) throws -> String {
        try run("certtool", ["--verify-chain", "--infile", write(entry.chain, "chain.pem")])
    }

    /// In a database of its own: NSS knows certificates by subject.
    func nss(_ entry: CertificateMatrix.Entry) throws -> String {
        let database = folder + "/" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: database, withIntermediateDirectories: true)
        func certutil(_ arguments: String...) throws -> String {
            try run("certutil", arguments + ["-d", "sql:" + database])
        }
        var complaints = try certutil("-N", "--empty-password")
        for (index, pem) in entry.chain.enumerated().reversed() where complaints.isEmpty {
            let isRoot = index == entry.chain.count - 1
            complaints = try certutil(
                "-A", "-n", "\(index)", "-t", isRoot ? "C,," : ",,", "-i", write([pem], "certificate.pem"))
        }
        guard complaints.isEmpty else { return complaints }
        // Never with -l: it says more, and ends with 0 whatever it found.
        return try certutil("-V", "-n", "0", "-u", entry.isCA ? "L" : "V", "-e")
    }

    struct PythonVerdict {
        let cryptography: String
        let pkilint: [String]
    }

    /// Both Python libraries in one process, since they take long to load.
    func python(_ entries: [CertificateMatrix.Entry]) throws -> [PythonVerdict] {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        let python = root.appending(path: ".build/judges/bin/python").path
        let pins = ["Tests/EndToEndTests/Judges", ".build/judges"].map {
            FileManager.default.contents(atPath: root.appending(path: $0 + "/requirements.txt").path)
        }
        guard pins[1] != nil, pins[0] == pins[1], FileManager.default.isExecutableFile(atPath: python) else {
            throw TestSupportError("the judges in .build/judges are missing or others; run scripts/setup --tests")
        }
        let files = try entries.enumerated().map { try write($1.chain, "\($0).pem") }
        let script = root.appending(path: "Tests/EndToEndTests/Judges/judge.py").path
        let ended = try ChildProcess.run(python, [script, CertificateMatrix.host] + files)
        guard ended.status == 0 else { throw TestSupportError("judge.py: \(ended)") }
        return try ended.output.split(separator: "\n").map { line in
            let verdict = try JSONValue(parsing: Array(line.utf8))
            guard let said = verdict["cryptography"]?.string, let findings = verdict["pkilint"]?.array else {
                throw TestSupportError("judge.py says \(line)")
            }
            return PythonVerdict(cryptography: said, pkilint: findings.compactMap(\.string))
        }
    }

    @discardableResult
    private func write(_ pems: some Sequence<String>, _ name: String) throws -> String {
        let path = folder + "/" + name
        try pems.joined().write(toFile: path, atomically: false, encoding: .utf8)
        return path
    }

    /// What a program says where it fails.
    private func run(_ program: String, _ arguments: [String]) throws -> String {
        let ended: ChildProcess.Ended
        do {
            ended = try ChildProcess.run(program, arguments)
        } catch {
            throw TestSupportError("\(error); scripts/setup --tests installs it")
        }
        return ended.status == 0 ? "" : ended.description
    }
}
