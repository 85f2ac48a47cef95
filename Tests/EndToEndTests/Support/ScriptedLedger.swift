import Glibc
import JSONRPC
import Synchronization
import TestSupport

/// A few certificates that are looked up, listed and revoked as the contract has it, in the memory of a test.
final class ScriptedLedger: Sendable {
    struct Entry: Sendable {
        var record: Int64
        var status = "issued"
        var subject = "CN=a.example"
        var revocation: JSONValue = nil

        var id: String { "00000000-0000-4000-8000-" + String(1_000_000_000_000 + record).dropFirst() }
        var serial: String { "0a" + String(1_000_000 + record) + "f" }
        var pem: String { "-----BEGIN CERTIFICATE-----\n\(record)\n-----END CERTIFICATE-----\n" }

        var members: [JSONObject.Member] {
            let object: JSONValue = [
                "certificateId": .string(id), "caId": "issuing", "serialNumber": .string(serial),
                "status": .string(status), "kind": "leaf", "profileId": nil, "subject": .string(subject),
                "subjectAlternativeNames": [["type": "dns", "value": "a.example"], ["type": "ip", "value": "::1"]],
                "notBefore": "2026-01-01T00:00:00Z", "notAfter": "2026-03-31T23:59:59Z",
                "issuedAt": "2026-01-01T00:01:00Z", "signatureAlgorithm": "ecdsa-with-SHA256", "csrSha256": nil,
                "requester": ["uid": 1000, "gid": 100, "pid": 42], "requestId": "req-x", "crlPartition": nil,
                "revocation": revocation, "record": .number(JSONNumber(record)),
            ]
            return object.object?.members ?? []
        }
    }

    private let entries: Mutex<[Entry]>

    init(_ entries: [Entry]) { self.entries = Mutex(entries) }

    func change(_ change: (inout [Entry]) -> Void) { entries.withLock { change(&$0) } }

    /// - Throws: the contract's errors.
    func answer(_ method: String, _ params: JSONObject) throws(ResponseError) -> JSONValue {
        switch method {
        case "listCertificates": return page(params)
        case "getCertificate":
            let entry = try find(params)
            let certificate: JSONValue = entry.status == "notSigned" ? nil : .string(entry.pem)
            return .object(
                JSONObject(
                    entry.members + [
                        .init(name: "certificate", value: certificate), .init(name: "position", value: 99),
                    ]))
        case "revokeCertificate": return try revoke(params)
        default: throw ResponseError(status: 404, "There is no method \(method).")
        }
    }

    /// Newest first; the cursor is the record of the last one's.
    private func page(_ params: JSONObject) -> JSONValue {
        let limit = Int(params["limit"]?.integer ?? 100)
        let before = params["cursor"]?.string.flatMap { Int64($0) } ?? .max
        let status = params["status"]?.string
        let fitting = entries.withLock { $0 }.filter { $0.record < before && (status ?? $0.status) == $0.status }
            .sorted { $0.record > $1.record }
        let page = fitting.prefix(limit)
        let cursor: JSONValue = page.count < fitting.count ? .string(String(page.last?.record ?? 0)) : .null
        return [
            "certificates": .array(page.map { .object(JSONObject($0.members)) }), "nextCursor": cursor, "position": 99,
        ]
    }

    private func find(_ params: JSONObject) throws(ResponseError) -> Entry {
        let entry = entries.withLock { $0 }.first { entry in
            entry.id == params["certificateId"]?.string || entry.serial == params["serialNumber"]?.string
        }
        guard let entry else { throw ResponseError(status: 404, "There is no such certificate.") }
        return entry
    }

    private func revoke(_ params: JSONObject) throws(ResponseError) -> JSONValue {
        let entry = try? find(params)
        return [
            "certificateId": (entry?.id).map { .string($0) } ?? .null, "caId": "issuing",
            "serialNumber": .string(entry?.serial ?? params["serialNumber"]?.string ?? ""),
            "revokedAt": "2026-02-01T00:00:00Z", "reason": params["reason"] ?? "unspecified",
            "alreadyRevoked": .bool(entry?.status == "revoked"), "record": 7,
        ]
    }
}

/// A terminal that a program reads from and a test types into.
final class TypedTerminal {
    /// What the program opens.
    let path: String
    private let typist: Int32
    /// Open, so that the terminal lasts.
    private let line: Int32

    init() throws {
        var ends: (typist: Int32, line: Int32) = (-1, -1)
        guard unsafe openpty(&ends.typist, &ends.line, nil, nil, nil) == 0, let name = unsafe ttyname(ends.line) else {
            throw TestSupportError("no terminal: errno \(errno)")
        }
        (typist, line) = ends
        path = unsafe String(cString: name)
    }

    deinit {
        close(typist)
        close(line)
    }

    func type(_ text: String) throws {
        let octets = Array(text.utf8)
        let count = unsafe octets.withUnsafeBytes { unsafe write(typist, $0.baseAddress, $0.count) }
        guard count == octets.count else { throw TestSupportError("the terminal takes nothing: errno \(errno)") }
    }
}
