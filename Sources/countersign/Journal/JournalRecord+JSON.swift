import DERCoding
import FoundationEssentials
import JSONRPC
import Ledger
import Timekeeping

/// Records for other programs: names are those of the ASN.1 in docs/journal.md, and do not change. Identifiers, hashes, serial numbers and
/// signatures are lower-case hexadecimal, UUIDs as such, what is DER is base64, times are RFC 3339.
extension JournalRecord {
    var json: JSONValue {
        [
            "sequence": .init(sequence), "time": .init(time), "kind": .string(body.kindName),
            "version": .init(UInt64(version)), "previous": .string("\(previous)"), "hash": .string("\(hash)"),
            "body": body.json,
        ]
    }
}

extension RecordBody {
    fileprivate var json: JSONValue {
        switch self {
        case .genesis(let genesis):
            [
                "journalID": .init(genesis.journalID), "formatVersion": .init(UInt64(genesis.formatVersion)),
                "host": .string(genesis.host),
            ]
        case .configurationLoaded(let loaded): ["configurationHash": .init(hex: loaded.configurationHash)]
        case .intent(let intent): intent.json
        case .issued(let issued, let intent):
            [
                "intent": .init(intent), "certificateID": .init(issued.certificateID),
                "signature": .init(hex: issued.signature),
            ]
        case .abandoned(let abandonment, let certificateID, let intent):
            [
                "intent": .init(intent), "certificateID": .init(certificateID),
                "outcome": .string(abandonment.outcome == .notSigned ? "notSigned" : "possiblySigned"),
                "reason": .string(abandonment.reason),
            ]
        case .revoked(let revocation):
            [
                "authorityID": .string(revocation.authorityID), "authorityKeyID": .init(hex: revocation.authorityKeyID),
                "serialNumber": .init(hex: revocation.serial), "revocationDate": .init(revocation.date),
                "reason": .init(UInt64(revocation.reason)), "requester": revocation.requester?.json ?? .null,
                "requestID": .string(revocation.requestID),
            ]
        case .crlIntent(let intent): intent.json
        case .checkpoint(let checkpoint): checkpoint.json
        case .importedCertificate(let certificate): certificate.json
        case .importedCRL(let crl):
            [
                "authorityID": .string(crl.authorityID), "authorityKeyID": .init(hex: crl.authorityKeyID),
                "crlNumber": .init(crl.number), "crlHash": .init(hex: crl.crlHash), "source": .string(crl.source),
            ]
        case .restored(let restored):
            [
                "lastSequence": .init(restored.lastSequence), "floors": .array(restored.floors.map(\.json)),
                "source": .string(restored.source),
            ]
        case .archived(let archived): archived.json
        }
    }
}

extension CRLFloor {
    fileprivate var json: JSONValue {
        ["authorityKeyID": .init(hex: authorityKeyID), "crlNumber": .init(number)]
    }
}

extension Archived {
    fileprivate var json: JSONValue {
        [
            "firstKept": .init(firstKept), "segments": .array(segments.map { .init($0) }),
            "floors": .array(floors.map(\.json)),
            "expired": .array(
                expired.map {
                    [
                        "authorityKeyID": .init(hex: $0.authorityKeyID), "serialNumber": .init(hex: $0.serial),
                        "notAfter": .init($0.notAfter),
                    ]
                }),
            "target": .string(target),
        ]
    }
}

extension Intent {
    fileprivate var json: JSONValue {
        [
            "certificateID": .init(certificateID), "kind": .string(kind == .leaf ? "leaf" : "intermediate"),
            "authorityID": .string(authorityID), "authorityKeyID": .init(hex: authorityKeyID),
            "serialNumber": .init(hex: serial), "signatureAlgorithm": .string(signatureAlgorithm),
            "profileID": profileID.map { .init($0) } ?? .null,
            "crlPartition": crlPartition.map { .init(UInt64($0)) } ?? .null,
            "configurationHash": .init(hex: configurationHash), "requester": requester.json,
            "requestID": .string(requestID), "csrHash": .init(hex: csrHash), "tbsCertificate": .init(der: tbs),
        ]
    }
}

extension Intent.Requester {
    fileprivate var json: JSONValue {
        ["uid": .init(UInt64(uid)), "gid": .init(UInt64(gid)), "pid": .init(UInt64(clamping: pid))]
    }
}

extension CRLIntent {
    fileprivate var json: JSONValue {
        [
            "crlID": .init(crlID), "authorityID": .string(authorityID), "authorityKeyID": .init(hex: authorityKeyID),
            "crlNumber": .init(number), "partition": partition.map { .init(UInt64($0)) } ?? .null,
            "signatureAlgorithm": .string(signatureAlgorithm), "configurationHash": .init(hex: configurationHash),
            "basis": .init(basis), "entries": .init(entries), "thisUpdate": .init(thisUpdate),
            "nextUpdate": .init(nextUpdate), "tbsHash": .init(hex: tbsHash),
        ]
    }
}

extension Checkpoint {
    fileprivate var json: JSONValue {
        [
            "statement": [
                "journalID": .init(statement.journalID), "sequence": .init(statement.sequence),
                "head": .string("\(statement.head)"), "time": .init(statement.time),
            ],
            "signatureAlgorithm": .string(signatureAlgorithm), "publicKey": .init(der: publicKey),
            "signature": .init(hex: signature),
        ]
    }
}

extension ImportedCertificate {
    fileprivate var json: JSONValue {
        [
            "certificateID": .init(certificateID), "authorityID": .string(authorityID),
            "authorityKeyID": .init(hex: authorityKeyID), "serialNumber": .init(hex: serial),
            "notAfter": .init(notAfter), "subject": .string(subject),
            "certificate": certificate.map { .init(der: $0) } ?? .null,
            "crlPartition": crlPartition.map { .init(UInt64($0)) } ?? .null, "source": .string(source),
        ]
    }
}

extension JSONValue {
    fileprivate init(hex octets: [UInt8]) { self = .string(octets.hex) }
    fileprivate init(der: [UInt8]) { self = .string(Data(der).base64EncodedString()) }
    fileprivate init(_ uuid: UUID) { self = .string(uuid.uuidString.lowercased()) }
}
