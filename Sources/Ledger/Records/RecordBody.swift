internal import DERCoding
package import FoundationEssentials

/// What a record says, by kind.
package enum RecordBody: Hashable, Sendable {
    case genesis(Genesis)
    case configurationLoaded(ConfigurationLoaded)
    case intent(Intent)
    /// `intent` is the sequence number of the intent's record.
    case issued(Issued, intent: UInt64)
    /// `intent` is the sequence number of the intent's record.
    case abandoned(Abandonment, certificateID: UUID, intent: UInt64)
    case revoked(Revocation)
    case crlIntent(CRLIntent)
    case checkpoint(Checkpoint)
    case importedCertificate(ImportedCertificate)
    case importedCRL(ImportedCRL)
    case restored(Restored)
    case archived(Archived)
}

/// The kinds of record that this version knows.
enum RecordKind: UInt16, CaseIterable {
    case genesis = 1
    case configurationLoaded = 2
    case intent = 3
    case issued = 4
    case abandoned = 5
    case revoked = 6
    case crlIntent = 7
    case checkpoint = 8
    case importedCertificate = 9
    case importedCRL = 10
    case restored = 11
    case archived = 12

    /// The version that is written, and so far the only one that is read.
    var version: UInt16 { 1 }

    /// Its name in what is exported and reported: `crlIntent`.
    var name: String { "\(self)" }
}

extension RecordBody {
    var kind: RecordKind {
        switch self {
        case .genesis: .genesis
        case .configurationLoaded: .configurationLoaded
        case .intent: .intent
        case .issued: .issued
        case .abandoned: .abandoned
        case .revoked: .revoked
        case .crlIntent: .crlIntent
        case .checkpoint: .checkpoint
        case .importedCertificate: .importedCertificate
        case .importedCRL: .importedCRL
        case .restored: .restored
        case .archived: .archived
        }
    }

    /// The name of its kind in what is exported and reported, such as `crlIntent`; it does not change.
    package var kindName: String { kind.name }

    /// Whether a signature is about to be made, so that it owes an outcome.
    var isIntent: Bool {
        switch self {
        case .intent, .crlIntent: true
        default: false
        }
    }

    /// Whether it answers an intent that is already on record, so that it may not be refused.
    var isOutcome: Bool {
        switch self {
        case .issued, .abandoned: true
        default: false
        }
    }

    /// The subject key identifier of the authority that it is about, where it is about one.
    var authorityKeyID: [UInt8]? {
        switch self {
        case .intent(let intent): intent.authorityKeyID
        case .revoked(let revocation): revocation.authorityKeyID
        case .crlIntent(let intent): intent.authorityKeyID
        case .importedCertificate(let certificate): certificate.authorityKeyID
        case .importedCRL(let crl): crl.authorityKeyID
        case .genesis, .configurationLoaded, .issued, .abandoned, .checkpoint, .restored, .archived: nil
        }
    }

    /// Octets that the record takes at most, frame included.
    var maximumOctets: Int {
        let frameAndFixedFields = 256
        return frameAndFixedFields
            + {
                switch self {
                case .genesis(let genesis): genesis.host.utf8.count
                case .configurationLoaded(let loaded): loaded.configurationHash.count
                case .intent(let intent): intent.variableOctets
                case .issued(let issued, _): issued.signature.count
                case .abandoned: Abandonment.maximumReasonOctets
                case .revoked(let revocation): revocation.variableOctets
                case .crlIntent(let intent): intent.variableOctets
                case .checkpoint(let checkpoint): checkpoint.variableOctets
                case .importedCertificate(let certificate): certificate.variableOctets
                case .importedCRL(let crl): crl.variableOctets
                case .restored(let restored): restored.variableOctets
                case .archived(let archived): archived.variableOctets
                }
            }()
    }

    func encode(into writer: inout DERWriter) {
        writer.constructed(DERTag.sequence) { fields in
            switch self {
            case .genesis(let genesis): genesis.encode(into: &fields)
            case .configurationLoaded(let loaded): loaded.encode(into: &fields)
            case .intent(let intent): intent.encode(into: &fields)
            case .issued(let issued, let intent): issued.encode(into: &fields, intent: intent)
            case .abandoned(let abandonment, let certificateID, let intent):
                abandonment.encode(into: &fields, certificateID: certificateID, intent: intent)
            case .revoked(let revocation): revocation.encode(into: &fields)
            case .crlIntent(let intent): intent.encode(into: &fields)
            case .checkpoint(let checkpoint): checkpoint.encode(into: &fields)
            case .importedCertificate(let certificate): certificate.encode(into: &fields)
            case .importedCRL(let crl): crl.encode(into: &fields)
            case .restored(let restored): restored.encode(into: &fields)
            case .archived(let archived): archived.encode(into: &fields)
            }
        }
    }

    init(_ kind: RecordKind, reading reader: inout DERReader) throws(DERError) {
        let record = try reader.next(DERTag.sequence)
        try reader.finish()
        // Nothing of ours is longer than three octets can say.
        guard record.contents.count < 1 << 24 else { throw .unexpectedValue }
        var fields = reader.reader(of: record)
        switch kind {
        case .genesis: self = .genesis(try Genesis(reading: &fields))
        case .configurationLoaded: self = .configurationLoaded(try ConfigurationLoaded(reading: &fields))
        case .intent: self = .intent(try Intent(reading: &fields))
        case .issued:
            let (issued, intent) = try Issued.read(&fields)
            self = .issued(issued, intent: intent)
        case .abandoned:
            let (abandonment, certificateID, intent) = try Abandonment.read(&fields)
            self = .abandoned(abandonment, certificateID: certificateID, intent: intent)
        case .revoked: self = .revoked(try Revocation(reading: &fields))
        case .crlIntent: self = .crlIntent(try CRLIntent(reading: &fields))
        case .checkpoint: self = .checkpoint(try Checkpoint(reading: &fields))
        case .importedCertificate: self = .importedCertificate(try ImportedCertificate(reading: &fields))
        case .importedCRL: self = .importedCRL(try ImportedCRL(reading: &fields))
        case .restored: self = .restored(try Restored(reading: &fields))
        case .archived: self = .archived(try Archived(reading: &fields))
        }
        try fields.finish()
    }
}
