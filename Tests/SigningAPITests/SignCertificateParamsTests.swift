import FoundationEssentials
import JSONRPC
import SigningAPI
import Testing
import Timekeeping

struct SignCertificateParamsTests {
    private static let whole = #"{"profileId":"3C90C3CC-0d44-4b50-8888-8dd25736052a","csr":"x","ttl":"90d"}"#

    @Test("The required members suffice, and a UUID is read without regard to case")
    func required() throws {
        let params = try SignCertificateParams(object(Self.whole), maximumCSRLength: 4096)
        #expect(params.profileID.uuidString.lowercased() == "3c90c3cc-0d44-4b50-8888-8dd25736052a")
        #expect(params.ttl.seconds == 7_776_000)
        #expect(params.notBefore == nil)
        #expect(params.notAfter == nil)
    }

    @Test(
        "A member of the wrong shape is named",
        arguments: [
            ("profileId", "null"), ("profileId", "7"), ("profileId", "\"\""), ("profileId", "\"not-a-uuid\""),
            ("profileId", "\"3c90c3cc0d444b5088888dd25736052a\""),
            ("profileId", "\"3c90c3cc-0d44-4b50-8888-8dd25736052a\\u0000x\""),
            ("profileId", "\" c90c3cc-0d44-4b50-8888-8dd25736052a\""), ("csr", "\"\""), ("csr", "[]"), ("ttl", "90"),
            ("ttl", "\"90\""), ("ttl", "\"\""), ("notBefore", "\"yesterday\""), ("notBefore", "null"),
            ("notAfter", "\"2026-02-30T00:00:00Z\""), ("notAfter", "1"), ("unknown", "1"), ("TTL", "\"1d\""),
        ])
    func misfits(name: String, value: String) throws {
        let members = try object(Self.whole).members.filter { $0.name != name }
        let params = JSONObject(members + [.init(name: name, value: try JSONValue(parsing: Array(value.utf8)))])
        let error = #expect(throws: ShapeError.self) { try SignCertificateParams(params, maximumCSRLength: 4096) }
        #expect(error?.problems.map(\.path) == [name])
    }

    @Test("Every problem is told, not only the first")
    func all() throws {
        let error = #expect(throws: ShapeError.self) {
            try SignCertificateParams(object(#"{"csr":1,"ttl":"x","extra":null}"#), maximumCSRLength: 4096)
        }
        #expect(Set(error?.problems.map(\.path) ?? []) == ["profileId", "csr", "ttl", "extra"])
    }

    @Test("An answer to many unknown members does not outgrow its request")
    func manyUnknown() throws {
        let members = (0..<30_000).map { JSONObject.Member(name: "m\($0)", value: .null) }
        let error = #expect(throws: ShapeError.self) {
            try SignCertificateParams(JSONObject(members), maximumCSRLength: 4096)
        }
        #expect((error?.problems.count ?? .max) <= 20)
    }

    @Test("A CSR's length is counted in characters", arguments: [(4096, true), (4097, false)])
    func length(count: Int, fits: Bool) throws {
        let csr = String(repeating: "é", count: count)
        var members = try object(Self.whole).members.filter { $0.name != "csr" }
        members.append(.init(name: "csr", value: .string(csr)))
        let isRead = (try? SignCertificateParams(JSONObject(members), maximumCSRLength: 4096)) != nil
        #expect(isRead == fits)
    }
}

struct SignIntermediateCaParamsTests {
    private static let whole = #""caId":"issuing","csr":"x","notAfter":"2027-01-01T00:00:00Z""#

    @Test(
        "An absent path length and -1 are told apart",
        arguments: [
            ("", .unstated), (#","maxPathLength":-1"#, .unlimited), (#","maxPathLength":0"#, .limit(0)),
            (#","maxPathLength":3"#, .limit(3)),
        ] as [(String, SignIntermediateCaParams.MaximumPathLength)])
    func pathLength(member: String, expected: SignIntermediateCaParams.MaximumPathLength) throws {
        let params = try SignIntermediateCaParams(object("{\(Self.whole)\(member)}"), maximumCSRLength: 4096)
        #expect(params.maxPathLength == expected)
    }

    @Test("Anything else is no path length", arguments: ["-2", "1.5", "1e0", "\"1\"", "null", "99999999999999999999"])
    func wrong(value: String) throws {
        let error = #expect(throws: ShapeError.self) {
            try SignIntermediateCaParams(
                object("{\(Self.whole),\"maxPathLength\":\(value)}"), maximumCSRLength: 4096)
        }
        #expect(error?.problems.map(\.path) == ["maxPathLength"])
    }
}
