import Foundation
import Glibc
import JSONRPC
import TestSupport
import Testing

/// What is on record, asked over the socket.
@Suite("what was signed is found again", .serialized)
struct LookupTests {
    private func daemon(_ change: (inout TestConfiguration) -> Void = { _ in }) async throws -> RunningDaemon {
        var configuration = try TestConfiguration(["p256", "p384", "roomy"])
        change(&configuration)
        try await configuration.write(TestBed.shared().tree)
        return try RunningDaemon(configuration)
    }

    @Test(
        "a certificate is found by its id and by its serial, as soon as it was handed out, with all that is on record of it"
    )
    func found() async throws {
        let bed = try await TestBed.shared()
        let daemon = try await daemon()
        let client = try daemon.connect()
        let signed = try client.call("signCertificate", bed.params()).get()
        let found = try client.call("getCertificate", ["certificateId": signed["certificateId"] ?? .null]).get()
        for member in ["certificateId", "serialNumber", "certificate"] { #expect(found[member] == signed[member]) }
        #expect(found["status"]?.string == "issued")
        #expect(found["kind"]?.string == "leaf")
        #expect(found["caId"]?.string == "p256")
        #expect(found["profileId"]?.string == TestConfiguration.profile("p256"))
        #expect(found["subject"]?.string == "CN=host.internal.example")
        #expect(
            found["subjectAlternativeNames"]
                == [["type": "dns", "value": "host.internal.example"]] as JSONValue)
        #expect(found["requester"]?["uid"]?.integer == Int64(getuid()))
        #expect(found["requester"]?["pid"]?.integer == Int64(getpid()))
        #expect(found["revocation"] == .null)
        let serial = try #require(signed["serialNumber"]?.string)
        // As openssl prints it.
        let colons = stride(from: 0, to: serial.count, by: 2)
            .map { serial.dropFirst($0).prefix(2).uppercased() }.joined(separator: ":")
        for text in [serial, colons] {
            let again = try client.call(
                "getCertificate", ["caId": "P256", "serialNumber": .string(text)]
            ).get()
            #expect(again["certificateId"] == signed["certificateId"])
        }
        #expect(try daemon.stop().status == 0)
    }

    @Test("nothing is found of what is not there, or not granted, and the two are told alike")
    func notFound() async throws {
        let bed = try await TestBed.shared()
        let open = try await daemon()
        let signed = try open.connect().call("signCertificate", bed.params(by: "p384")).get()
        let id = signed["certificateId"] ?? .null
        let client = try open.connect()
        let unknown = try client.call("getCertificate", ["certificateId": .string(UUID().uuidString)])
        try expect(unknown, .notFound)
        try expect(client.call("getCertificate", ["caId": "p256", "serialNumber": "0102"]), .notFound)
        // Another authority's serial is not this one's.
        try expect(
            client.call("getCertificate", ["caId": "p256", "serialNumber": signed["serialNumber"] ?? .null]),
            .notFound)
        try expect(client.call("getCertificate", ["caId": "nobody", "serialNumber": "01"]), .notFound)
        try expect(client.call("getCertificate", [:]), .wrongShape)
        #expect(try open.stop().status == 0)

        var narrow = open.configuration
        narrow.access = "  - { uid: \(getuid()), methods: [\"*\"], profiles: [by p256], authorities: [roomy] }"
        try narrow.write(bed.tree)
        let restricted = try RunningDaemon(narrow)
        let other = try restricted.connect()
        try expect(other.call("getCertificate", ["certificateId": id]), .notFound)
        try expect(other.call("revokeCertificate", ["certificateId": id]), .notFound)
        let list = try other.call("listCertificates", [:]).get()
        #expect(list["certificates"]?.array?.isEmpty == true)
        #expect(try restricted.stop().status == 0)
    }

    @Test("a list is narrowed by each filter, newest first, and comes whole page by page")
    func lists() async throws {
        let bed = try await TestBed.shared()
        let daemon = try await daemon()
        let client = try daemon.connect()
        var ids: [String] = []
        for index in 0..<7 {
            let result = try client.call("signCertificate", bed.params(by: index % 3 == 0 ? "p384" : "p256")).get()
            ids.append(try #require(result["certificateId"]?.string))
        }
        func list(_ params: JSONValue) throws -> [String] {
            try #require(try client.call("listCertificates", params).get()["certificates"]?.array)
                .compactMap { $0["certificateId"]?.string }
        }
        #expect(try list([:]) == ids.reversed())
        #expect(try list(["caId": "p384"]).count == 3)
        #expect(try list(["profileId": .string(TestConfiguration.profile("p256"))]).count == 4)
        #expect(try list(["subject": "cn=HOST*"]).count == 7)
        #expect(try list(["subjectAlternativeName": "*.internal.example"]).count == 7)
        #expect(try list(["subjectAlternativeName": "%.internal.example"]).isEmpty)
        #expect(try list(["requesterUid": .number(JSONNumber(Int64(getuid())))]).count == 7)
        #expect(try list(["requesterUid": 1]).isEmpty || getuid() == 1)
        #expect(try list(["status": "revoked"]).isEmpty)
        #expect(try list(["expiresBefore": "2020-01-01T00:00:00Z"]).isEmpty)
        #expect(try list(["expiresBefore": "2039-01-01T00:00:00Z"]).count == 7)

        var pages: [String] = []
        var cursor: JSONValue?
        repeat {
            let params: JSONValue = cursor.map { ["limit": 3, "cursor": $0] } ?? ["limit": 3]
            let page = try client.call("listCertificates", params).get()
            pages += try #require(page["certificates"]?.array).compactMap { $0["certificateId"]?.string }
            cursor = page["nextCursor"].flatMap { $0 == .null ? Optional.none : $0 }
        } while cursor != nil
        #expect(pages == ids.reversed())
        try expect(client.call("listCertificates", ["cursor": "nonsense"]), .wrongShape)
        #expect(try daemon.stop().status == 0)
    }

    @Test("an inventory that is deleted or damaged is made anew, and answers as before")
    func rebuilt() async throws {
        let bed = try await TestBed.shared()
        var daemon = try await daemon()
        let signed = try daemon.connect().call("signCertificate", bed.params()).get()
        let query: JSONValue = ["certificateId": signed["certificateId"] ?? .null]
        let before = try daemon.connect().call("getCertificate", query).get()
        let file = daemon.configuration.folder + "/inventory.sqlite"
        for damage in [
            { try FileManager.default.removeItem(atPath: file) },
            { try "no database".write(toFile: file, atomically: false, encoding: .utf8) },
        ] as [() throws -> Void] {
            #expect(try daemon.stop().status == 0)
            try damage()
            daemon = try RunningDaemon(daemon.configuration)
            let after = try daemon.connect().call("getCertificate", query).get()
            for member in ["certificate", "serialNumber", "issuedAt", "record"] {
                #expect(after[member] == before[member])
            }
        }
        #expect(try daemon.stop().status == 0)
    }
}
