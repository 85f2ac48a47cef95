import FoundationEssentials
import JSONRPC
import SigningAPI
import Testing
import Timekeeping

struct ListCertificatesParamsTests {
    private static let hash = String(repeating: "0Af9", count: 16)
    private static let whole = """
        {"caId":"issuing","profileId":"3C90C3CC-0d44-4b50-8888-8dd25736052a","subject":"CN=*","subjectAlternativeName":"*.example",
        "csrSha256":"\(hash)","requesterUid":1000,"status":"possiblySigned","expiresBefore":"2027-01-01T00:00:00Z","limit":7,
        "cursor":"abc"}
        """

    @Test("Nothing has to be given")
    func empty() throws {
        let params = try ListCertificatesParams(object("{}"))
        #expect(params.limit == 100)
        #expect(params.caID == nil && params.profileID == nil && params.subjectPattern == nil)
        #expect(params.alternativeNamePattern == nil && params.csrHash == nil && params.requesterUID == nil)
        #expect(params.status == nil && params.expiresBefore == nil && params.cursor == nil)
    }

    @Test("Every filter is read")
    func all() throws {
        let params = try ListCertificatesParams(object(Self.whole))
        #expect(params.caID == "issuing")
        #expect(params.profileID?.uuidString.lowercased() == "3c90c3cc-0d44-4b50-8888-8dd25736052a")
        #expect(params.subjectPattern == "CN=*")
        #expect(params.alternativeNamePattern == "*.example")
        #expect(params.csrHash == Array(repeating: [0x0a, 0xf9], count: 16).flatMap(\.self))
        #expect(params.requesterUID == 1000)
        #expect(params.status == .possiblySigned)
        #expect(params.expiresBefore == (try Instant(rfc3339: "2027-01-01T00:00:00Z")))
        #expect(params.limit == 7)
        #expect(params.cursor == "abc")
    }

    @Test(
        "A limit of a member's may be met",
        arguments: [
            ("limit", "1"), ("limit", "500"), ("requesterUid", "0"), ("requesterUid", "4294967295"),
            ("cursor", "\"\(String(repeating: "c", count: 200))\""),
            ("subject", "\"\(String(repeating: "é", count: 256))\""), ("subjectAlternativeName", "\"*\""),
        ])
    func limits(name: String, value: String) throws {
        #expect(throws: Never.self) { try ListCertificatesParams(object(Self.whole, with: name, value)) }
    }

    @Test(
        "A member of the wrong shape is named",
        arguments: [
            ("caId", "\"\""), ("profileId", "\"issuing\""), ("subject", "\"\""), ("subject", "null"),
            ("subject", "\"\(String(repeating: "s", count: 257))\""),
            ("subjectAlternativeName", "\"\(String(repeating: "s", count: 257))\""),
            ("csrSha256", "\"\(String(repeating: "0", count: 62))\""),
            ("csrSha256", "\"\(String(repeating: "0", count: 66))\""),
            ("csrSha256", "\"\(String(repeating: "0", count: 63))\""),
            ("csrSha256", "\"\(String(repeating: "0:", count: 32))\""), ("requesterUid", "-1"),
            ("requesterUid", "4294967296"), ("requesterUid", "\"root\""), ("status", "\"Issued\""), ("status", "0"),
            ("expiresBefore", "\"30d\""), ("limit", "0"), ("limit", "501"), ("limit", "1.0"),
            ("limit", "99999999999999999999"), ("cursor", "\"\""),
            ("cursor", "\"\(String(repeating: "c", count: 201))\""), ("san", "\"*\""), ("certificateId", "null"),
        ])
    func misfits(name: String, value: String) throws {
        let error = #expect(throws: ShapeError.self) {
            try ListCertificatesParams(object(Self.whole, with: name, value))
        }
        #expect(error?.problems.map(\.path) == [name])
    }

    @Test("Every problem is told, not only the first")
    func everything() throws {
        let error = #expect(throws: ShapeError.self) {
            try ListCertificatesParams(object(#"{"limit":0,"status":"lost","requesterUid":-1,"page":2}"#))
        }
        #expect(Set(error?.problems.map(\.path) ?? []) == ["limit", "status", "requesterUid", "page"])
    }
}

struct GetCrlParamsTests {
    @Test(
        "A partition may be left out",
        arguments: [("", nil), (#","partition":0"#, 0), (#","partition":4294967295"#, .max)] as [(String, UInt32?)])
    func partition(member: String, expected: UInt32?) throws {
        let params = try GetCrlParams(object(#"{"caId":"issuing"\#(member)}"#))
        #expect(params.caID == "issuing")
        #expect(params.partition == expected)
    }

    @Test(
        "A member of the wrong shape is named",
        arguments: [
            ("partition", "-1"), ("partition", "null"), ("partition", "\"0\""), ("partition", "4294967296"),
            ("caId", "\"\""), ("caId", "1"), ("delta", "true"),
        ])
    func misfits(name: String, value: String) throws {
        let error = #expect(throws: ShapeError.self) {
            try GetCrlParams(object(#"{"caId":"issuing"}"#, with: name, value))
        }
        #expect(error?.problems.map(\.path) == [name])
    }

    @Test("The authority has to be given")
    func required() throws {
        let error = #expect(throws: ShapeError.self) { try GetCrlParams(object("{}")) }
        #expect(error?.problems.map(\.path) == ["caId"])
    }
}
