import DERCoding

extension CRLLint {
    /// Of the entries.
    static let entries: [CRLLint] = [
        CRLLint("crlEntriesPresent", "RFC 5280 § 5.1.2.6", "revokedCertificates is absent or holds an entry") { crl in
            crl.list.entries?.isEmpty ?? false ? "revokedCertificates is empty." : nil
        },
        CRLLint(
            "crlEntrySerialNumbers", "RFC 5280 § 5.1.2.6; X.690 § 8.3",
            "every serial number is an INTEGER in its shortest form"
        ) { crl in
            crl.finding("A serial number is not an INTEGER in its shortest form") { entry in
                let octets = crl.list.serialNumber(of: entry)
                guard octets.count > 1 else { return octets.isEmpty }
                // The first nine bits are not all alike.
                let start = octets.prefix(2).reduce(UInt16(0)) { $0 << 8 | UInt16($1) } >> 7
                return start == 0 || start == 0x1ff
            }
        },
        CRLLint(
            "crlEntriesAscending", "one list, one encoding",
            "the serial numbers ascend, so that none is there twice and the bytes depend on what is revoked alone"
        ) { crl in
            let entries = crl.entries
            let fault = zip(entries, entries.dropFirst()).first { left, right in
                !isLess(crl.list.serialNumber(of: left), crl.list.serialNumber(of: right))
            }
            return fault.map { _, entry in
                "A serial number is not above the one before it: \(Array(crl.list.serialNumber(of: entry)).hex)."
            }
        },
        CRLLint("crlEntryDates", "RFC 5280 § 5.1.2.6", "no revocation date is after thisUpdate") { crl in
            crl.finding("A revocation date is after thisUpdate") {
                $0.revocationDate.instant > crl.list.thisUpdate.instant
            }
        },
        CRLLint(
            "crlEntryExtensions", "RFC 5280 § 5.3, § 5.3.1",
            "an entry has no extension but one reasonCode, which is not critical, or no list of them"
        ) { crl in
            crl.finding("An entry has other extensions than a reasonCode that is not critical") { entry in
                guard let count = entry.extensionCount else { return false }
                return count != 1 || !entry.hasReasonCode || entry.encodesCriticality
            }
        },
        CRLLint(
            "crlEntryReasons", "RFC 5280 § 5.3.1",
            "every reasonCode is one that a complete CRL may have, other than unspecified and certificateHold"
        ) { crl in
            crl.finding("A reasonCode is none that this service gives") { entry in
                guard entry.hasReasonCode else { return false }
                return switch entry.reason {
                case .keyCompromise?, .cACompromise?, .affiliationChanged?, .superseded?, .cessationOfOperation?,
                    .privilegeWithdrawn?, .aACompromise?:
                    false
                case .unspecified?, .certificateHold?, .removeFromCRL?, nil: true
                }
            }
        },
        CRLLint("crlEntriesAsOrdered", "what was ordered", "the entries are those that were ordered, each as it was") {
            crl in
            let (entries, ordered) = (crl.entries, crl.template.entries)
            guard entries.count == ordered.count else { return "There are more entries than were ordered, or fewer." }
            for (entry, revoked) in zip(entries, ordered) {
                guard
                    crl.list.serialNumber(of: entry).elementsEqual(revoked.serialNumber),
                    entry.revocationDate.instant == revoked.revocationDate, entry.reason == revoked.reason
                else { return "An entry is not as it was ordered: \(revoked.serialNumber.hex)." }
            }
            return nil
        },
    ]

    /// Two's complement, whatever the lengths: both as if extended to the longer one's, the sign turned round.
    private static func isLess(_ left: ArraySlice<UInt8>, _ right: ArraySlice<UInt8>) -> Bool {
        let width = Swift.max(left.count, right.count)
        func extended(_ octets: ArraySlice<UInt8>, _ index: Int) -> UInt8 {
            let padding = width - octets.count
            let sign: UInt8 = octets.first.map { $0 >= 0x80 } ?? false ? 0xff : 0
            return index < padding ? sign : octets[octets.startIndex + index - padding]
        }
        for index in 0..<width {
            let flip: UInt8 = index == 0 ? 0x80 : 0
            let (one, other) = (extended(left, index) ^ flip, extended(right, index) ^ flip)
            if one != other { return one < other }
        }
        return false
    }
}
