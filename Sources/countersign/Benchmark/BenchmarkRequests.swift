import JSONRPC

/// What the load sends: requests of fresh keys, made beforehand.
struct BenchmarkRequests {
    /// Of the first, in PEM.
    let csr: String
    /// Whole lines, LF included.
    let lines: [[UInt8]]

    /// Different keys, so that nothing can be remembered from one to the next.
    private static let count = 256

    /// - Parameters:
    ///   - profile: its id.
    ///   - rules: as `listProfiles` tells them.
    ///   - name: a DNS name in place of one that the rules admit.
    /// - Throws: `CommandFailure` where no name is given and none can be told from the rules.
    init(profile: String, rules: JSONObject, name: String?, ttl: String) throws {
        guard let host = name ?? Self.admittedName(rules) else {
            throw CommandFailure(.usage, "this profile admits no DNS name that could be guessed; say one with --name.")
        }
        let fields = rules["subject"]?["fields"]?.array?.compactMap { $0["name"]?.string } ?? []
        let namesSubject = fields.contains("CN")
        let requests = try (0..<Self.count).map { _ in
            try BenchmarkRequest.pem(host: host, namesSubject: namesSubject)
        }
        csr = requests[0]
        lines = requests.map { csr in
            let params: JSONValue = ["profileId": .string(profile), "csr": .string(csr), "ttl": .string(ttl)]
            return Request.encoded(id: .integer(1), method: "signCertificate", params: params) + [UInt8(ascii: "\n")]
        }
    }

    /// A pattern's own name, or one below it.
    private static func admittedName(_ rules: JSONObject) -> String? {
        let patterns = rules["subjectAlternativeNames"]?["dns"]?["allowed"]?.strings ?? []
        guard let pattern = patterns.first else { return nil }
        if pattern == "*" { return "bench.example.com" }
        return pattern.hasPrefix("*.") ? "bench" + pattern.dropFirst() : pattern
    }
}
