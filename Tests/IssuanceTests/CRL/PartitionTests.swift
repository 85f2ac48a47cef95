import Testing

@testable import Issuance

@Suite("Partitions of a CA's certificates")
struct PartitionTests {
    @Test(
        "a template has one place for the number",
        arguments: ["a", "", "{partition", "a{partition}b{partition}", "{Partition}"])
    func none(_ text: String) {
        #expect(PartitionTemplate(text) == nil)
    }

    @Test(
        "what is filled in is found again, and nothing else is",
        arguments: ["{partition}", "http://a/{partition}.crl", "1{partition}1"])
    func filled(_ text: String) throws {
        let template = try #require(PartitionTemplate(text))
        for number in [0, 7, 10, .max] as [UInt32] {
            #expect(template.partition(of: template.filled(number)) == number)
        }
        for wrong in ["", "01", "-1", "+1", "1 ", "4294967296", "{partition}", "x"] {
            let other = text.replacing("{partition}", with: wrong)
            #expect(template.partition(of: other) == nil, "\(other)")
        }
        #expect(template.partition(of: "") == nil)
    }

    @Test("the partition is the remainder of the serial number, whatever its length")
    func remainder() throws {
        let number = try #require(SerialNumber(octets: [0x01, 0x02, 0x03]))
        #expect(number.partition(of: 1000) == 0x010203 % 1000)
        #expect(number.partition(of: 1) == 0)
        #expect(number.partition(of: 0) == 0)
        // 2^159 - 1: 2^10 leaves 24 of 1000, and so on.
        let long = try #require(SerialNumber(octets: [0x7f] + [UInt8](repeating: 0xff, count: 19)))
        #expect(long.partition(of: 4096) == 4095)
        #expect(long.partition(of: 3) == 1)
        #expect(long.partition(of: 7) == 0)
    }

    @Test("a certificate carries the URLs of its own partition, in their order, and those of no partition as they are")
    func certificate() throws {
        let authority = try TestAuthority.shared()
        let template = CertificateTemplate(
            subject: CertificateTemplate.emptySubject, publicKey: authority.issuer.certificate.publicKey,
            notBefore: authority.issuer.notBefore, notAfter: authority.issuer.notAfter,
            extensions: [
                .cRLDistributionPoints(["http://a/{partition}.crl", "http://b/c.crl"]), .subjectKeyIdentifier([1]),
            ])
        #expect(template.hasOpenPartition)
        let chosen = template.inPartition(12)
        #expect(!chosen.hasOpenPartition)
        #expect(
            chosen.extensions == [
                .cRLDistributionPoints(["http://a/12.crl", "http://b/c.crl"]), .subjectKeyIdentifier([1]),
            ])
        // Nothing is signed before the partition is chosen.
        #expect(throws: IssuanceError.self) {
            _ = try authority.issuer.prepare(template, serial: .random())
        }
    }

    @Test("where a place for the number is in an authority's URL, the rest has to be one all the same")
    func locations() {
        #expect(Locations(cRLDistributionPoints: ["http://a/{partition}.crl"]).faults.isEmpty)
        for url in ["https://a/{partition}", "http:///{partition}", "http://a/{partition}{partition}", "http://a/{n}"] {
            #expect(Locations(cRLDistributionPoints: [url]).faults.map(\.url) == [url])
        }
        #expect(Locations(ocsp: ["http://a/{partition}"]).faults.count == 1)
    }

    @Test(
        "two templates of which a partition of each may have one text are told",
        arguments: [
            ("a-{partition}.crl", "a-{partition}.crl", true), ("a-{partition}.crl", "a-1{partition}.crl", true),
            ("a-1{partition}.crl", "a-{partition}1.crl", true), ("a-{partition}.crl", "a-b{partition}.crl", false),
            ("a-{partition}.crl", "b-{partition}.crl", false), ("a-{partition}.crl", "a-{partition}.der", false),
            ("a-{partition}", "a-{partition}7", true), ("a-{partition}", "a-{partition}x", false),
        ])
    func coinciding(_ left: String, _ right: String, _ coincide: Bool) throws {
        let (left, right) = (try #require(PartitionTemplate(left)), try #require(PartitionTemplate(right)))
        #expect(left.mayCoincide(with: right) == coincide)
        #expect(right.mayCoincide(with: left) == coincide)
    }
}
