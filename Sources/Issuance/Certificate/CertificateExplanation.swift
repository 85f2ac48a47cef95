import Crypto
import DERCoding
import PublicKeys
import SwiftASN1
import Timekeeping

/// All that a TBSCertificate says, in words, for a person who is going to answer for it: a line a fact, and nothing left out.
package enum CertificateExplanation {
    /// - Returns: pairs of a name and a value; a name may come again. What is not understood is given in hexadecimal.
    /// - Throws: `IssuerError.malformed` for what is no TBSCertificate.
    package static func lines(tbs octets: [UInt8]) throws(IssuerError) -> [(name: String, value: String)] {
        do throws(DERError) {
            var buffer = DERReader(octets)
            let element = try buffer.next(DERTag.sequence)
            try buffer.finish()
            return lines(try ParsedTBSCertificate(element, of: buffer))
        } catch { throw .malformed("not DER as RFC 5280 § 4.1 has it: \(error)") }
    }

    /// The same of a CertificationRequestInfo of our own (RFC 2986 § 4.1): name and key are all that it says.
    ///
    /// - Throws: `IssuerError.malformed`.
    package static func lines(requestInformation octets: [UInt8]) throws(IssuerError) -> [(name: String, value: String)]
    {
        do throws(DERError) {
            var buffer = DERReader(octets)
            let element = try buffer.next(DERTag.sequence)
            try buffer.finish()
            var fields = buffer.reader(of: element)
            _ = try fields.integer()
            let subject = buffer.encoding(try fields.next(DERTag.sequence))
            return name("subject", subject) + key(buffer.encoding(try fields.next(DERTag.sequence)))
        } catch { throw .malformed("not DER as RFC 2986 § 4.1 has it: \(error)") }
    }

    /// The same of a TBSCertList (RFC 5280 § 5.1): everybody whom it names, too.
    ///
    /// - Throws: `IssuerError.malformed`.
    package static func lines(crl octets: [UInt8]) throws(IssuerError) -> [(name: String, value: String)] {
        do throws(DERError) {
            var buffer = DERReader(octets)
            let element = try buffer.next(DERTag.sequence)
            try buffer.finish()
            let list = try ParsedTBSCertList(element, of: buffer)
            let entries = list.entries ?? []
            var lines = name("issuer", list.issuer)
            lines += [
                (
                    "CRL number",
                    try list.first(.cRLNumber).map { found throws(DERError) in try number(found.reader) } ?? "none"
                ),
                ("this update", "\(list.thisUpdate.instant)"),
                ("next update", list.nextUpdate.map { "\($0.instant)" } ?? "none"),
                ("revoked", "\(entries.count) certificates"),
                ("to be signed by", algorithm(list.signatureAlgorithm)),
            ]
            lines += (list.extensions ?? []).filter { CRLExtension(identifierDER: $0.identifier) != .cRLNumber }.map {
                ("extension\($0.isCritical ? " (critical)" : "")", "\($0.dotted): \(Array($0.value).hex)")
            }
            return lines
                + entries.map { entry in
                    (
                        "revoked serial \(Array(list.serialNumber(of: entry)).hex)",
                        "\(entry.revocationDate.instant), \((entry.reason ?? .unspecified).name)"
                    )
                }
        } catch { throw .malformed("not DER as RFC 5280 § 5.1 has it: \(error)") }
    }

    /// In decimal where it is not too long for that.
    private static func number(_ content: DERReader) throws(DERError) -> String {
        var content = content
        let octets = Array(try content.integer())
        guard octets.count <= 8, octets.first.map({ $0 < 0x80 }) ?? false else { return "0x" + octets.hex }
        return "\(octets.reduce(UInt64(0)) { $0 << 8 | UInt64($1) })"
    }

    private static func lines(_ tbs: ParsedTBSCertificate) -> [(name: String, value: String)] {
        let (start, end) = (tbs.notBefore.instant, tbs.notAfter.instant)
        let days = (end.secondsSinceEpoch - start.secondsSinceEpoch + 1) / 86_400
        let isSelfIssued = tbs.issuer.elementsEqual(tbs.subject)
        var lines = name("subject", tbs.subject)
        lines += isSelfIssued ? [("issuer", "itself: a root, or its renewal")] : name("issuer", tbs.issuer)
        lines += [
            ("serial number", Array(tbs.serialNumber).hex), ("not before", "\(start)"),
            ("not after", "\(end), \(days) days in all"),
        ]
        lines += key(tbs.subjectPublicKeyInfo)
        lines.append(("to be signed by", algorithm(tbs.signatureAlgorithm)))
        let extensions = tbs.extensions ?? []
        for found in extensions { lines += described(found) }
        if !extensions.contains(where: { $0.kind == .basicConstraints }) {
            lines.append(("basic constraints", "none: it is no CA's"))
        }
        return lines
    }

    /// A line an attribute: a comma in a value is no end of it.
    private static func name(_ role: String, _ der: ArraySlice<UInt8>) -> [(name: String, value: String)] {
        let parts = DistinguishedName.exactParts(der: Array(der))
        return parts.isEmpty ? [(role, "empty")] : parts.map { (role, $0) }
    }

    private static func algorithm(_ identifier: ArraySlice<UInt8>) -> String {
        SignatureAlgorithm(algorithmIdentifier: identifier)?.name ?? "an algorithm that is not known here"
    }

    private static func key(_ info: ArraySlice<UInt8>) -> [(name: String, value: String)] {
        let key = try? PublicKey(subjectPublicKeyInfo: Array(info))
        return [
            ("public key", key.map { "\($0)" } ?? "of a kind that is not known here"),
            ("SHA-256 of its SubjectPublicKeyInfo", Array(SHA256.hash(data: info)).hex),
        ]
    }

    private static func described(_ found: ParsedExtension) -> [(name: String, value: String)] {
        let criticality = found.isCritical ? " (critical)" : ""
        guard let kind = found.kind,
            let value = try? CertificateExtension(kind, found.reader, isCritical: found.isCritical)
        else { return [("extension\(criticality)", "\(found.dotted): \(Array(found.value).hex)")] }
        return value.described.map { ($0.name + criticality, $0.value) }
    }
}

extension CertificateExtension {
    fileprivate var described: [(name: String, value: String)] {
        switch self {
        case .authorityKeyIdentifier(let octets): [("authority key identifier", octets.hex)]
        case .subjectKeyIdentifier(let octets): [("subject key identifier", octets.hex)]
        case .keyUsage(let usage): [("key usage", usage.names.joined(separator: ", "))]
        case .basicConstraints(.leaf): [("basic constraints", "it is no CA's")]
        case .basicConstraints(.ca(nil)): [("basic constraints", "a CA's, with any number of CAs below it")]
        case .basicConstraints(.ca(0?)): [("basic constraints", "a CA's, with no CA below it (path length 0)")]
        case .basicConstraints(.ca(let length?)):
            [("basic constraints", "a CA's, with a chain of \(length) CAs below it at most (path length \(length))")]
        case .extendedKeyUsage(let purposes, _):
            [("extended key usage", purposes.map { Self.purposeNames[$0] ?? $0.dotted }.joined(separator: ", "))]
        case .certificatePolicies(let policies):
            [("certificate policies", policies.map(\.dotted).joined(separator: ", "))]
        case .subjectAlternativeName(let names, _): names.map { ("alternative name", "\($0)") }
        case .nameConstraints(let constraints):
            constraints.permitted.described("permitted names") + constraints.excluded.described("excluded names")
        case .cRLDistributionPoints(let urls): urls.map { ("CRL distribution point", $0) }
        case .authorityInformationAccess(let ocsp, let caIssuers):
            ocsp.map { ("OCSP", $0) } + caIssuers.map { ("issuer's certificate at", $0) }
        }
    }
}

extension CertificateExtension {
    /// RFC 5280 § 4.2.1.12.
    private static let purposeNames: [ASN1ObjectIdentifier: String] = [
        [1, 3, 6, 1, 5, 5, 7, 3, 1]: "serverAuth", [1, 3, 6, 1, 5, 5, 7, 3, 2]: "clientAuth",
        [1, 3, 6, 1, 5, 5, 7, 3, 3]: "codeSigning", [1, 3, 6, 1, 5, 5, 7, 3, 4]: "emailProtection",
        [1, 3, 6, 1, 5, 5, 7, 3, 8]: "timeStamping", [1, 3, 6, 1, 5, 5, 7, 3, 9]: "OCSPSigning",
        [2, 5, 29, 37, 0]: "any purpose",
    ]
}

extension NameConstraints.Subtrees {
    fileprivate func described(_ role: String) -> [(name: String, value: String)] {
        let names =
            dns.map { "DNS \($0)" } + ip.map { "IP \(Self.range($0))" } + email.map { "email \($0)" }
            + uri.map { "URI \($0)" }
            + directoryNames.map {
                "directory name \(DistinguishedName.exactParts(der: $0).map { "[\($0)]" }.joined())"
            }
        return names.map { (role, $0) }
    }

    /// Address and mask, as people write them.
    private static func range(_ octets: [UInt8]) -> String {
        let half = octets.count / 2
        let parts = [octets.prefix(half), octets.suffix(half)]
        return parts.map { CertificateSummary.AlternativeName.address(Array($0)) }.joined(separator: " mask ")
    }
}
