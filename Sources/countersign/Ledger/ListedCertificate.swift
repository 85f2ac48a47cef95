import Console
import JSONRPC

/// One certificate of the daemon's answer.
struct ListedCertificate {
    let id: String
    let record: Int64
    let status: String
    /// As the daemon sent it.
    let json: JSONObject

    /// - Throws: `CommandFailure` for what is no certificate.
    init(_ value: JSONValue) throws(CommandFailure) {
        guard
            let json = value.object, let id = json["certificateId"]?.string, let record = json["record"]?.integer,
            let status = json["status"]?.string
        else {
            throw CommandFailure(.internalError, "the daemon's answer has a certificate without id, record or status.")
        }
        self.id = id
        self.record = record
        self.status = status
        self.json = json
    }

    func text(_ name: String) -> String { json[name]?.string ?? "" }

    /// Such as `dns a.example`.
    var names: [String] {
        (json["subjectAlternativeNames"]?.array ?? []).map { name in
            "\(name["type"]?.string ?? "") \(name["value"]?.string ?? "")"
        }
    }

    /// In one line, without their types.
    var shortNames: String {
        (json["subjectAlternativeNames"]?.array ?? []).compactMap { $0["value"]?.string }.joined(separator: ", ")
            .shortened(to: 40)
    }

    /// All that is known of it, a line each.
    var description: String {
        var table = Table()
        func add(_ name: String, _ value: String?) { if let value, !value.isEmpty { table.add([name, value]) } }
        let revocation = json["revocation"]
        let since = revocation?["date"]?.string.map { " on \($0), \(revocation?["reason"]?.string ?? "")" } ?? ""
        add("serial", text("serialNumber"))
        add("id", id)
        add("authority", text("caId"))
        add("status", status + since)
        add("kind", text("kind"))
        add("subject", text("subject"))
        for name in names { add("name", name) }
        add("not before", text("notBefore"))
        add("not after", text("notAfter"))
        add("recorded", text("issuedAt"))
        add("record", String(record))
        add("signed with", text("signatureAlgorithm"))
        add("profile", text("profileId"))
        add("requester", requester)
        add("request", text("requestId"))
        add("CSR SHA-256", text("csrSha256"))
        add("CRL partition", json["crlPartition"]?.integer.map { String($0) })
        return table.text
    }

    private var requester: String? {
        guard let requester = json["requester"]?.object else { return nil }
        return ["uid", "gid", "pid"].map { "\($0) \(requester[$0]?.integer ?? 0)" }.joined(separator: ", ")
    }
}
