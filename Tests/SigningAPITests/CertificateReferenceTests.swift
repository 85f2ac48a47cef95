import FoundationEssentials
import JSONRPC
import SigningAPI
import Testing

struct CertificateReferenceTests {
    private static let id = "3c90c3cc-0d44-4b50-8888-8dd25736052a"

    @Test("An id names a certificate, and so do an authority and a serial")
    func both() throws {
        let byID = try GetCertificateParams(object(#"{"certificateId":"\#(Self.id.uppercased())"}"#))
        #expect(byID.certificate == .id(try #require(UUID(uuidString: Self.id))))
        let bySerial = try GetCertificateParams(object(#"{"caId":"issuing","serialNumber":"0FA1"}"#))
        #expect(bySerial.certificate == .serial(authority: "issuing", [0x0f, 0xa1]))
    }

    @Test(
        "A serial is the INTEGER's content octets, however it is written",
        arguments: [
            ("01", [0x01]), ("0f:A1", [0x0f, 0xa1]), ("00f0", [0x00, 0xf0]), ("f0", [0x00, 0xf0]),
            ("F0:0D", [0x00, 0xf0, 0x0d]), ("000001", [0x01]), ("7f", [0x7f]), ("80", [0x00, 0x80]),
            (String(repeating: "7f", count: 20), Array(repeating: 0x7f, count: 20)),
            // What other software has given: 20 octets of which the first bit is set, zero, and more.
            (String(repeating: "ff", count: 20), [0x00] + Array(repeating: 0xff, count: 20)), ("00", [0x00]),
            ("00:00", [0x00]), (String(repeating: "7f", count: 128), Array(repeating: 0x7f, count: 128)),
        ] as [(String, [UInt8])])
    func serials(text: String, octets: [UInt8]) throws {
        let params = try GetCertificateParams(object(#"{"caId":"issuing","serialNumber":"\#(text)"}"#))
        #expect(params.certificate == .serial(authority: "issuing", octets))
    }

    @Test(
        "What is no serial of a certificate is refused",
        arguments: [
            "", "0", "0fa", "0x0f", "g0", ":0f", "0f:", "0f::a1", "0f a1", "-0f", "0:fa1", "０f",
            String(repeating: "7f", count: 129), String(repeating: "ff", count: 128),
        ])
    func noSerials(text: String) throws {
        let error = #expect(throws: ShapeError.self) {
            try GetCertificateParams(object(#"{"caId":"issuing","serialNumber":"\#(text)"}"#))
        }
        #expect(error?.problems.map(\.path) == ["serialNumber"])
    }

    @Test(
        "Neither, half of one, and both at once are no certificate",
        arguments: [
            ("{}", ["certificateId"]), (#"{"caId":"issuing"}"#, ["serialNumber"]),
            (#"{"serialNumber":"01"}"#, ["caId"]), (#"{"certificateId":null}"#, ["certificateId"]),
            (#"{"certificateId":"\#(id)","caId":"issuing"}"#, ["caId"]),
            (#"{"certificateId":"\#(id)","caId":"issuing","serialNumber":"01"}"#, ["caId", "serialNumber"]),
            (#"{"certificateId":"x","serialNumber":"x"}"#, ["certificateId", "serialNumber", "serialNumber"]),
            (#"{"certificateId":"\#(id)","reason":"superseded"}"#, ["reason"]),
            (#"{"caId":7,"serialNumber":1}"#, ["caId", "serialNumber"]),
        ] as [(String, [String])])
    func misfits(text: String, paths: [String]) throws {
        let error = #expect(throws: ShapeError.self) { try GetCertificateParams(object(text)) }
        #expect(error?.problems.map(\.path) == paths)
    }
}

struct RevokeCertificateParamsTests {
    private static let whole = #"{"caId":"issuing","serialNumber":"01"}"#

    @Test("Without a reason it is unspecified")
    func unspecified() throws {
        let params = try RevokeCertificateParams(object(Self.whole))
        #expect(params.reason == .unspecified)
        #expect(params.certificate == .serial(authority: "issuing", [0x01]))
    }

    @Test(
        "The reasons are those of RFC 5280 § 5.3.1, by name and by number",
        arguments: [
            ("unspecified", 0), ("keyCompromise", 1), ("cACompromise", 2), ("affiliationChanged", 3),
            ("superseded", 4), ("cessationOfOperation", 5), ("privilegeWithdrawn", 9), ("aACompromise", 10),
        ] as [(String, UInt8)])
    func reasons(name: String, code: UInt8) throws {
        let params = try RevokeCertificateParams(object(Self.whole, with: "reason", "\"\(name)\""))
        #expect(params.reason.rawValue == name)
        #expect(params.reason.code == code)
        #expect(RevocationReason(code: code) == params.reason)
    }

    @Test("A number that RFC 5280 does not use is no reason", arguments: [7, 11, 255] as [UInt8])
    func unused(code: UInt8) {
        #expect(RevocationReason(code: code) == nil)
    }

    @Test(
        "A reason that is not offered is refused, and the answer says why",
        arguments: [
            ("\"certificateHold\"", "a hold is not offered"), ("\"removeFromCRL\"", "delta CRL"),
            ("\"KeyCompromise\"", "has to be one of unspecified, keyCompromise"), ("\"\"", "may not be empty"),
            ("1", "has to be a string"), ("null", "has to be a string"),
        ])
    func refused(value: String, why: String) throws {
        let error = #expect(throws: ShapeError.self) {
            try RevokeCertificateParams(object(Self.whole, with: "reason", value))
        }
        #expect(error?.problems.map(\.path) == ["reason"])
        #expect(error?.problems.first?.message.contains(why) == true)
    }

    @Test("The reasons that a refusal lists are those that are taken")
    func offered() {
        #expect(
            Set(RevocationReason.allCases).subtracting(RevocationReason.offered) == [.certificateHold, .removeFromCRL])
    }
}
