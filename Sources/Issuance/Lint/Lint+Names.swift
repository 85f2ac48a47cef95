import DERCoding

extension Lint {
    /// Of the names and the URLs.
    static let names: [Lint] = [
        Lint(
            "alternativeNameCriticality", "RFC 5280 § 4.1.2.6, § 4.2.1.6",
            "subjectAltName is critical exactly where the subject is empty, and there where it is"
        ) { certificate in
            guard let found = certificate.first(.subjectAlternativeName) else {
                return certificate.isSubjectEmpty ? "There is neither a subject nor a subjectAltName." : nil
            }
            return found.raw.isCritical == certificate.isSubjectEmpty
                ? nil : "subjectAltName is critical without need, or the other way round."
        },
        Lint("alternativeNames", "RFC 5280 § 4.2.1.6", "every subjectAltName has the form of its kind") { certificate in
            certificate.alternativeNames.allSatisfy(isWellFormed)
                ? nil : "A subjectAltName has not the form of its kind."
        },
        Lint("alternativeNamesUnique", "RFC 5280 § 4.2.1.6", "no subjectAltName is there twice") { certificate in
            let names = certificate.alternativeNames
            return Set(names).count == names.count ? nil : "A subjectAltName is there twice."
        },
        Lint(
            "emailAddresses", "RFC 5280 § 4.1.2.6", "every emailAddress of a leaf's subject is one of the rfc822Names"
        ) { certificate in
            // Of a CA, admission alone knows whether it has had its name before.
            guard !certificate.isCA, !certificate.isSubjectEmpty else { return nil }
            guard let addresses = try? emailAddresses(certificate.tbs.subject) else {
                return "The subject is not a Name."
            }
            let isNamed = addresses.allSatisfy { address in
                certificate.alternativeNames.contains { name in
                    if case .email(let text) = name { text.asciiLowercased == address.asciiLowercased } else { false }
                }
            }
            return isNamed ? nil : "An emailAddress of the subject is not one of the rfc822Names."
        },
        Lint("cRLDistributionPoints", "RFC 5280 § 4.2.1.13", "CRL distribution points are http URLs") { certificate in
            guard let found = certificate.first(.cRLDistributionPoints) else { return nil }
            guard case .cRLDistributionPoints(let urls)? = found.value, urls.allSatisfy(isHTTP) else {
                return "A CRL distribution point is not an http URL."
            }
            return nil
        },
        Lint("authorityInformationAccess", "RFC 5280 § 4.2.2.1", "caIssuers and ocsp are http URLs") { certificate in
            guard let found = certificate.first(.authorityInformationAccess) else { return nil }
            guard
                case .authorityInformationAccess(let ocsp, let caIssuers)? = found.value,
                (ocsp + caIssuers).allSatisfy(isHTTP)
            else { return "An access location is not an http URL." }
            return nil
        },
    ]

    /// Coarser than admission and written apart from it: labels of letters, digits and hyphens in lower case.
    private static func isWellFormed(_ name: GeneralName) -> Bool {
        switch name {
        case .dns(let text): return isHostName(text.utf8)
        case .ip(let octets): return octets.count == 4 || octets.count == 16
        case .email(let text):
            guard let at = text.utf8.lastIndex(of: UInt8(ascii: "@")) else { return false }
            return at > text.startIndex && text.utf8.index(after: at) < text.endIndex
                && text.utf8.allSatisfy { (0x20...0x7e).contains($0) }
        case .uri(let text):
            let scheme = text.utf8.prefix { $0 != UInt8(ascii: ":") }
            return scheme.first?.isASCIILetter ?? false && scheme.count + 1 < text.utf8.count
                && text.utf8.allSatisfy { (0x21...0x7e).contains($0) }
        case .unsupported: return false
        }
    }

    /// In one pass: this runs for every name of every certificate.
    private static func isHostName(_ text: String.UTF8View) -> Bool {
        var (length, total, isAllDigits, previous) = (0, 0, true, UInt8(ascii: "."))
        for octet in text.starts(with: "*.".utf8) ? text.dropFirst(2) : text[...] {
            if octet == UInt8(ascii: ".") {
                guard length > 0, previous != UInt8(ascii: "-") else { return false }
                (length, isAllDigits) = (0, true)
            } else {
                guard octet.isASCIILowercase || octet.isASCIIDigit || (octet == UInt8(ascii: "-") && length > 0) else {
                    return false
                }
                length += 1
                guard length <= 63 else { return false }
                isAllDigits = isAllDigits && octet.isASCIIDigit
            }
            total += 1
            previous = octet
        }
        return length > 0 && total <= 253 && previous != UInt8(ascii: "-") && !isAllDigits
    }

    private static func emailAddresses(_ name: ArraySlice<UInt8>) throws(DERError) -> [String] {
        var addresses: [String] = []
        var buffer = DERReader(Array(name))
        var sets = try buffer.sequence()
        while !sets.isAtEnd {
            var attributes = buffer.reader(of: try sets.next(DERTag.set))
            while !attributes.isAtEnd {
                var parts = try attributes.sequence()
                let (type, value) = (try parts.next(DERTag.objectIdentifier), try parts.next())
                if parts.contents(type).elementsEqual(emailAddress) {
                    addresses.append(String(decoding: parts.contents(value), as: UTF8.self))
                }
            }
        }
        return addresses
    }

    /// 1.2.840.113549.1.9.1 (RFC 2985 § 5.2.1).
    private static let emailAddress: [UInt8] = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 9, 1]

    static func isHTTP(_ url: String) -> Bool {
        url.utf8.starts(with: "http://".utf8) && url.utf8.count > 7
            && url.utf8.allSatisfy { (0x21...0x7e).contains($0) }
    }
}

extension LintedCertificate {
    fileprivate var alternativeNames: [GeneralName] {
        if case .subjectAlternativeName(let names, _)? = first(.subjectAlternativeName)?.value { names } else { [] }
    }
}
