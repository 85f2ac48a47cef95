package import Issuance
package import Timekeeping

/// The database of `openssl ca`, `index.txt`: a line a certificate, six fields with tabs between them.
///
/// ```
/// V  261231235959Z                             1000  unknown  /CN=a
/// R  261231235959Z  260301120000Z,superseded   1001  unknown  /CN=b
/// ```
/// Status (V valid, R revoked, E expired), notAfter, revocation, serial in hexadecimal, file, subject.
package struct OpenSSLIndex: Sendable {
    package struct Entry: Hashable, Sendable {
        package let line: Int
        /// The content octets of the serial's DER INTEGER.
        package let serial: [UInt8]
        package let notAfter: Instant
        /// `nil` where it is not revoked.
        package let revocation: Revocation?
        /// As it stands there: `/C=DE/CN=a`.
        package let subject: String
    }

    package struct Revocation: Hashable, Sendable {
        package let date: Instant
        package let reason: RevocationReason
    }

    package let entries: [Entry]

    /// - Parameter source: the file's name, for what is said of it.
    /// - Throws: all lines that are not of that form.
    package init(_ octets: [UInt8], source: String) throws(ImportProblems) {
        var problems = ImportProblems()
        var entries: [Entry] = []
        var number = 0
        for line in octets.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
            number += 1
            let line = line.last == UInt8(ascii: "\r") ? line.dropLast() : line
            guard !line.isEmpty, line.first != UInt8(ascii: "#") else { continue }
            do { entries.append(try Entry(Self.fields(of: line), line: number)) } catch {
                problems.add("\(source), line \(number)", error.sentence)
            }
        }
        guard problems.isEmpty else { throw problems }
        self.entries = entries
    }

    /// A backslash takes a tab's meaning away, as OpenSSL's TXT_DB has it.
    private static func fields(of line: ArraySlice<UInt8>) -> [[UInt8]] {
        var fields: [[UInt8]] = [[]]
        var isEscaped = false
        for octet in line {
            if octet == UInt8(ascii: "\t"), !isEscaped {
                fields.append([])
            } else {
                if octet == UInt8(ascii: "\t") { fields[fields.count - 1].removeLast() }
                fields[fields.count - 1].append(octet)
            }
            isEscaped = octet == UInt8(ascii: "\\") && !isEscaped
        }
        return fields
    }
}

/// Why a line is not read.
private struct LineFault: Error {
    let sentence: String
    init(_ sentence: String) { self.sentence = sentence }
}

extension OpenSSLIndex.Entry {
    fileprivate init(_ fields: [[UInt8]], line: Int) throws(LineFault) {
        guard fields.count == 6 else {
            throw LineFault("It has \(fields.count) fields with tabs between them, and not the six of an index.txt.")
        }
        let status = String(decoding: fields[0], as: UTF8.self)
        guard let notAfter = Instant(asn1Time: fields[1][...]) else {
            throw LineFault("The second field is no time such as 261231235959Z.")
        }
        guard let serial = Self.serial(fields[3]) else {
            throw LineFault("The fourth field is no serial number in hexadecimal.")
        }
        switch status {
        case "V", "E":
            guard fields[2].isEmpty else {
                throw LineFault("It has a revocation, and its status is \(status); a revoked certificate has R.")
            }
            revocation = nil
        case "R":
            guard let revocation = try OpenSSLIndex.Revocation.read(fields[2]) else {
                revocation = nil
                break
            }
            self.revocation = revocation
        default: throw LineFault("Its status is neither V nor R nor E.")
        }
        self.line = line
        self.serial = serial
        self.notAfter = notAfter
        subject = String(decoding: fields[5], as: UTF8.self)
    }

    /// BN_bn2hex writes a minus before what is negative.
    private static func serial(_ text: [UInt8]) -> [UInt8]? {
        let isNegative = text.first == UInt8(ascii: "-")
        let digits = isNegative ? text.dropFirst() : text[...]
        let even = digits.count % 2 == 0 ? Array(digits) : [UInt8(ascii: "0")] + digits
        guard !even.isEmpty, even.count <= 2 * maximumSerialOctets else { return nil }
        var magnitude: [UInt8] = []
        for (index, character) in even.enumerated() {
            guard let digit = Character(Unicode.Scalar(character)).hexDigitValue else { return nil }
            if index % 2 == 0 { magnitude.append(UInt8(digit) << 4) } else { magnitude[index / 2] |= UInt8(digit) }
        }
        return isNegative ? negated(magnitude) : shortest([0] + magnitude)
    }

    /// As long as the journal holds.
    private static let maximumSerialOctets = 127

    /// Two's complement.
    private static func negated(_ magnitude: [UInt8]) -> [UInt8] {
        var octets: [UInt8] = ([0] + magnitude).map { ~$0 }
        for index in octets.indices.reversed() {
            octets[index] &+= 1
            if octets[index] != 0 { break }
        }
        return shortest(octets)
    }

    /// Without the leading octets that say nothing (X.690 § 8.3.2).
    private static func shortest(_ octets: [UInt8]) -> [UInt8] {
        var rest = octets[...]
        while rest.count > 1, let first = rest.first, let second = rest.dropFirst().first,
            first == (second < 0x80 ? 0x00 : 0xff)
        { rest = rest.dropFirst() }
        return Array(rest)
    }
}

extension OpenSSLIndex.Revocation {
    /// `date`, `date,reason` or `date,reason,more`, where more is a hold instruction or the time of the compromise, which a journal
    /// does not keep.
    ///
    /// - Returns: `nil` for removeFromCRL: those who rely on OpenSSL's CRLs take it for not revoked.
    fileprivate static func read(_ field: [UInt8]) throws(LineFault) -> OpenSSLIndex.Revocation? {
        let parts = field.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
        guard let time = parts.first, let date = Instant(asn1Time: time) else {
            throw LineFault("It is revoked, and the third field does not begin with a time such as 260301120000Z.")
        }
        guard parts.count > 1 else { return Self(date: date, reason: .unspecified) }
        let name = String(decoding: parts[1], as: UTF8.self)
        guard let reason = reason(name) else {
            throw LineFault("Its reason for revocation, \(name), is none that OpenSSL writes.")
        }
        return reason == .removeFromCRL ? nil : Self(date: date, reason: reason)
    }

    private static func reason(_ name: String) -> RevocationReason? {
        switch name.lowercased() {
        case "keytime": .keyCompromise
        case "cakeytime": .cACompromise
        case "holdinstruction": .certificateHold
        case let name: RevocationReason.allCases.first { $0.name.lowercased() == name }
        }
    }
}
