import Foundation
import Glibc
import JSONRPC
import TestSupport
import Testing

/// The rows of the error table that take an access rule, a limit, or a token that fails.
@Suite("who may do what, and what a failing token is to them", .serialized)
struct AccessTests {
    /// A daemon whose own user may do a part of everything, with one request in flight, an authority whose PIN is wrong and one
    /// that has expired.
    private static let restricted = Task {
        var configuration = try TestConfiguration(["p256", "p384", "p521", "expired"])
        configuration.limits = "{ requestsInFlightPerUser: 1 }"
        configuration.broken = ["p521"]
        configuration.access = """
              - uid: \(getuid())
                methods: [signCertificate, signIntermediateCa, getStatus]
                profiles: [by p256, by p521, by expired]
                authorities: [p384]
            """
        try await configuration.write(TestBed.shared().tree)
        return try RunningDaemon(configuration)
    }

    /// One whose user may only ask how it is.
    private static let watched = Task {
        var configuration = try TestConfiguration(["p256"])
        configuration.access = "  - { uid: \(getuid()), methods: [getStatus] }"
        try await configuration.write(TestBed.shared().tree)
        return try RunningDaemon(configuration)
    }

    private func call(_ method: String, _ params: JSONValue, of daemon: RunningDaemon) throws -> Result<
        JSONValue, ResponseError
    > {
        try daemon.connect().call(method, params)
    }

    @Test("a user whom the access rules do not name gets a 401 for every method, and envelopes are judged before")
    func unknownPeer() async throws {
        let bed = try await TestBed.shared()
        var configuration = try TestConfiguration(["p256"])
        configuration.access = "  - { uid: \(getuid() + 4242), methods: [\"*\"], profiles: [\"*\"] }"
        try configuration.write(bed.tree)
        let process = try RunningDaemon.spawn(configuration)
        let client = try poll { try? WireClient(configuration.socket) }
        try expect(client.call("getStatus", [:]), .unknownPeer)
        try expect(client.call("signCertificate", bed.params()), .unknownPeer)
        try expect(client.call("noSuchMethod", [:]), .unknownPeer)
        try expect(client.call("signCertificate", [:]), .unknownPeer)
        try client.send(line: "{}")
        try expect(client.response().outcome, .notARequest)
        process.signal(SIGTERM)
        #expect(try process.wait().status == 0)
    }

    @Test(
        "a user is let in by a group, the first or any other, and not by one that no rule names",
        .enabled(if: getuid() == 0, "only root may take on groups"))
    func group() async throws {
        var configuration = try TestConfiguration(["p256"])
        configuration.access = "  - { gid: 4242, methods: [getStatus] }"
        try await configuration.write(TestBed.shared().tree)
        let daemon = try RunningDaemon(configuration)
        // More of them than fit at the first try.
        let many = (5000..<5040).map(String.init).joined(separator: ",")
        let cases: [(gid: String, groups: String, isLetIn: Bool)] = [
            ("4242", "1", true), ("1", "7,4242", true), ("1", many + ",4242", true), ("1", "7", false),
            ("1", many, false),
        ]
        for (gid, groups, isLetIn) in cases {
            let ended = try ChildProcess.run(
                "setpriv",
                [
                    "--regid", gid, "--groups", groups, RunningDaemon.program("countersign"), "status", "--socket",
                    configuration.socket,
                ])
            #expect((ended.status == 0) == isLetIn, "\(gid) \(groups): \(ended)")
            #expect(isLetIn || ended.errors.contains("may not use this service"), "\(ended)")
        }
        #expect(try daemon.stop().status == 0)
    }

    @Test("a method that was not granted is a 403, after its params and what they name")
    func methodNotGranted() async throws {
        let bed = try await TestBed.shared()
        let daemon = try await Self.watched.value
        try expect(call("listProfiles", [:], of: daemon), .notAllowed)
        try expect(call("listProfiles", ["a": 1], of: daemon), .wrongShape)
        try expect(call("signCertificate", bed.params(), of: daemon), .notAllowed)
        try expect(call("signCertificate", bed.params(by: "p384"), of: daemon), .notFound)
        #expect(try call("getStatus", [:], of: daemon).get()["state"]?.string == "ok")
    }

    @Test("a profile or an authority that was not granted is a 403, before anything is said of the CSR")
    func nameNotGranted() async throws {
        let bed = try await TestBed.shared()
        let daemon = try await Self.restricted.value
        try expect(call("signCertificate", bed.params(by: "p384"), of: daemon), .notAllowed)
        try expect(call("signCertificate", bed.params("forged", by: "p384"), of: daemon), .notAllowed)
        let params: JSONValue = ["caId": "p256", "csr": "x", "notAfter": "2027-01-01T00:00:00Z"]
        try expect(call("signIntermediateCa", params, of: daemon), .notAllowed)
        #expect(try call("signCertificate", bed.params(), of: daemon).get()["certificate"] != nil)
    }

    @Test("an authority that has expired signs nothing: a 400 that says so, and what else is wrong")
    func expired() async throws {
        let bed = try await TestBed.shared()
        let params = bed.params("stranger", by: "expired")
        let details = try await expect(call("signCertificate", params, of: Self.restricted.value), .refused)
        #expect(Set(details?.all("rule") ?? []) == ["authorityExpired", "insideIssuerValidity", "sanAllowed"])
    }

    @Test("more requests in flight than the user may have are a 429 that says when to come again")
    func tooManyInFlight() async throws {
        let bed = try await TestBed.shared()
        let client = try await Self.restricted.value.connect()
        let members = (1...16).map { bed.line(id: $0).dropLast() }
        try client.send([UInt8](ascii: "[") + members.joined(separator: [UInt8(ascii: ",")]) + [UInt8](ascii: "]\n"))
        let responses = try Response.batch(parsing: try #require(try client.receive()))
        #expect(Set(responses.map(\.id)) == Set((1...16).map { RequestID.integer($0) }))
        let refused = responses.map(\.outcome).filter { if case .failure = $0 { true } else { false } }
        #expect((1...15).contains(refused.count))
        for outcome in refused {
            #expect(try expect(outcome, .tooMany)?["retryAfterMs"]?.integer ?? 0 > 0)
        }
        // The places are given back.
        #expect(try client.call("signCertificate", bed.params()).get()["certificate"] != nil)
    }

    @Test("an authority whose token was not there at the start is a 503 that a retry may help, and the others go on")
    func missingToken() async throws {
        let bed = try await TestBed.shared()
        var configuration = try TestConfiguration(["p256", "p384"])
        configuration.broken = ["p384"]
        try configuration.write(bed.tree)
        let text = try String(contentsOfFile: configuration.path, encoding: .utf8)
        try configuration.write(
            text.replacing("uri: \(bed.tree.otherToken.uri)", with: "uri: pkcs11:token=gone"), to: "countersign.yaml")
        let daemon = try RunningDaemon(configuration)
        let outcome = try call("signCertificate", bed.params(by: "p384"), of: daemon)
        let details = try #require(try expect(outcome, .unavailable)?.object)
        #expect(details["reason"]?.string == "tokenUnavailable")
        #expect(details["retryAfterMs"]?.integer != nil)
        #expect(try call("signCertificate", bed.params(), of: daemon).get()["certificate"] != nil)
        #expect(try daemon.stop().status == 0)
    }

    @Test("an authority whose PIN is wrong is a 503 that no retry helps, and the others go on")
    func brokenToken() async throws {
        let bed = try await TestBed.shared()
        let daemon = try await Self.restricted.value
        let outcome = try call("signCertificate", bed.params(by: "p521"), of: daemon)
        let details = try #require(try expect(outcome, .unavailable)?.object)
        #expect(details["reason"]?.string == "tokenUnavailable")
        #expect(details["outcome"]?.string == "notSigned")
        #expect(details["retryAfterMs"] == nil)
        // Profile and validity come before the token.
        try expect(call("signCertificate", bed.params("stranger", by: "p521"), of: daemon), .refused)
        let status = try call("getStatus", [:], of: daemon).get()
        #expect(status["state"]?.string == "degraded")
        let states = Dictionary(
            uniqueKeysWithValues: (status["authorities"]?.array ?? []).map { ($0["id"]?.string, $0["state"]?.string) })
        #expect(states == ["p256": "active", "p384": "active", "p521": "unavailable", "expired": "expired"])
    }
}

extension [UInt8] {
    init(ascii text: String) { self = Array(text.utf8) }
}

/// Asks until there is an answer; a condition that does not come to hold in time is an error.
func poll<Value>(_ condition: () throws -> Value?) throws -> Value {
    let deadline = ContinuousClock.now + patience
    while ContinuousClock.now < deadline {
        if let value = try condition() { return value }
        // Not a suspension: the threads of this process are few, and other tests may hold them.
        usleep(2000)
    }
    throw TestSupportError("it did not come to hold in time")
}
