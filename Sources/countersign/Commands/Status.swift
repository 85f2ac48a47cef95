import ArgumentParser
import Console
import JSONRPC
import SigningAPI
import Timekeeping

/// `countersign status`: whether the daemon can sign, and if not, why.
struct Status: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Tell whether the daemon can sign.",
        discussion: "Exits with 0 where every authority that should sign can, and with 69 otherwise.")

    @OptionGroup var socket: SocketOptions

    func run() async throws {
        let client = try await ServiceClient(socket)
        let result = try await client.call(.getStatus)
        guard let status = result.object, let state = status["state"]?.string else {
            throw CommandFailure(.internalError, "the daemon's answer has no state.")
        }
        if socket.json {
            try StandardOutput.show(result.compactText)
        } else {
            try StandardOutput.show(Self.text(state, status))
        }
        if state != "ok" { throw ExitCode(CommandFailure.Code.unavailable.rawValue) }
    }

    private static func text(_ state: String, _ status: JSONObject) -> String {
        let uptime = status["uptimeSeconds"]?.integer.flatMap { Lifetime(seconds: $0) }?.description ?? ""
        let journal = status["journal"]?.object
        var lines = [
            "\(state): countersignd \(status["version"]?.string ?? ""), up \(uptime)",
            "journal: \(journal?["state"]?.string ?? ""), record \(journal?["sequence"]?.integer ?? 0), "
                + "\(journal?["openIntents"]?.integer ?? 0) under way",
        ]
        if let reason = journal?["reason"]?.string { lines.append("  \(reason)") }
        let inventory = status["inventory"]?.object
        lines.append(
            "inventory: \(inventory?["state"]?.string ?? ""), up to record \(inventory?["position"]?.integer ?? 0)")
        if let reason = inventory?["reason"]?.string { lines.append("  \(reason)") }
        let authorities = status["authorities"]?.array?.compactMap(\.object) ?? []
        var table = Table(
            ["AUTHORITY", "STATE", "SIGNS WITH", "SIGNATURES", "CRL UNTIL", "CRL'S LAST ERROR"], rightAligned: [3])
        for authority in authorities {
            table.add([
                authority["id"]?.string ?? "", authority["state"]?.string ?? "",
                authority["signatureAlgorithm"]?.string ?? "", String(authority["signatures"]?.integer ?? 0),
                authority["crl"].map(crlEnd) ?? "-",
                authority["crl"]?["lastError"]?.string ?? authority["crl"]?["partitions"]?["lastError"]?.string ?? "",
            ])
        }
        return (lines + ["", table.text, "", keys(authorities).text] + outages(authorities)).joined(separator: "\n")
    }

    /// Since when keys do not sign, and when they are tried again.
    private static func outages(_ authorities: [JSONObject]) -> [String] {
        authorities.flatMap { authority in
            let keys = authority["keys"]?.array?.compactMap(\.object) ?? []
            return keys.compactMap { key -> String? in
                guard let id = authority["id"]?.string, let outage = key["outageMs"]?.integer else { return nil }
                let place = keys.count > 1 ? "\(id) in \(key["token"]?.string ?? "")" : id
                let next = key["nextAttemptMs"]?.integer.map { "tried again in \(seconds($0))" }
                return
                    "\(place): has not signed for \(seconds(outage)), \(next ?? "not tried before somebody has seen to it")"
            }
        }
    }

    /// The keys, each in each token that it lies in.
    private static func keys(_ authorities: [JSONObject]) -> Table {
        var table = Table(
            ["AUTHORITY", "TOKEN", "KEY", "SESSIONS", "QUEUED", "SIGNATURES", "P50", "P90", "P99", "LAST ERROR"],
            rightAligned: [3, 4, 5, 6, 7, 8])
        for authority in authorities {
            for key in authority["keys"]?.array?.compactMap(\.object) ?? [] {
                table.add(
                    [authority["id"], key["token"], key["state"]].map { $0?.string ?? "" }
                        + ["sessions", "queued", "signatures"].map { String(key[$0]?.integer ?? 0) }
                        + ["p50", "p90", "p99"].map { key["latencyUs"]?[$0]?.integer.map(latency) ?? "-" }
                        + [key["reason"]?.string ?? key["lastError"]?.string ?? ""])
            }
        }
        return table
    }

    private static func latency(_ microseconds: Int64) -> String {
        microseconds < 10_000
            ? "\(microseconds / 1000).\(microseconds / 100 % 10)\(microseconds / 10 % 10) ms"
            : "\(microseconds / 1000) ms"
    }

    private static func seconds(_ milliseconds: Int64) -> String {
        "\(milliseconds / 1000).\(milliseconds / 100 % 10) s"
    }

    /// When the first of an authority's CRLs expires.
    private static func crlEnd(_ crl: JSONValue) -> String {
        let partitions = crl["partitions"]
        let isComplete = partitions == nil || partitions?["published"] == partitions?["count"]
        guard let own = crl["nextUpdate"]?.string, isComplete else { return "none yet" }
        return [own, partitions?["nextUpdate"]?.string].compactMap(\.self).min() ?? own
    }
}
