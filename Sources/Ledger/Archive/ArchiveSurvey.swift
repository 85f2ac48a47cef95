internal import FoundationEssentials
internal import Timekeeping

/// What has to be known of a journal before segments of it may leave: how long the certificates of each segment last, and everything that
/// is on record of revoked serial numbers.
struct ArchiveSurvey {
    struct Segment {
        let start: ChainPosition
        /// Of its file.
        let octets: Int
        fileprivate(set) var lastRecord: UInt64 = 0
        fileprivate(set) var firstTime: Instant?
        fileprivate(set) var lastTime: Instant?
        /// The certificate in it that lasts longest.
        fileprivate(set) var longest: (serial: [UInt8], notAfter: Instant)?
        /// The record of a certificate whose end cannot be read.
        fileprivate(set) var unreadable: UInt64?
    }

    /// A serial number as an authority's key gave it.
    struct Subject: Hashable {
        let authorityKeyID: [UInt8]
        let serial: [UInt8]
    }

    /// What is on record of a revoked serial number.
    struct Revoked {
        fileprivate(set) var records: [(sequence: UInt64, revocation: Revocation)] = []
        /// Of the last certificate that has it, and the end of that which lasts longest.
        fileprivate(set) var certificate: Certificate?
    }

    struct Certificate: Hashable {
        /// The index of its segment; `nil` where it was archived before.
        let segment: Int?
        let notAfter: Instant
        let scope: CRLScope
    }

    struct ListKey: Hashable {
        let authorityKeyID: [UInt8]
        /// `nil` for a CRL of everything.
        let partition: UInt32?
    }

    /// Those that were issued, of one key and partition.
    struct Lists {
        let last: CRLIntent
        /// The record of its intent.
        let lastRecord: UInt64
        /// The one before it: what it says of expired certificates is what the last one leaves out.
        let before: CRLIntent?
    }

    /// In the journal's order; the last one is still written to.
    private(set) var segments: [Segment] = []
    private(set) var revoked: [Subject: Revoked] = [:]
    private(set) var lastCRLs: [ListKey: Lists] = [:]
    /// Keys that made CRLs before this journal knew of them: the first one here is yet to come.
    private(set) var succeeding: Set<[UInt8]> = []
    private(set) var floors: [CRLFloor] = []
    /// Of the last record that a daemon has made; an archive's own are dated by whatever clock it was run under.
    private(set) var time = Instant.earliest

    /// Reads the journal twice.
    ///
    /// - Parameters:
    ///   - notAfter: reads the end of a certificate's validity from its TBSCertificate.
    ///   - progress: told how many octets of how many were read.
    init(
        directory: String, notAfter: (_ tbs: [UInt8]) -> Instant?, operations: FileOperations,
        progress: (_ octets: Int, _ total: Int) -> Void
    ) throws(LedgerError) {
        var sizes: [UInt64: Int] = [:]
        for file in try SegmentFile.list(directory, archives: [], operations) {
            sizes[file.name.firstSequence] = try operations.size(of: file.path)
        }
        let total = 2 * sizes.values.reduce(0, +)
        try learnRevocations(directory, operations) { progress($0, total) }
        try learnCertificates(directory, sizes, notAfter, operations) { progress(total / 2 + $0, total) }
    }

    private mutating func learnRevocations(
        _ directory: String, _ operations: FileOperations, _ progress: (Int) -> Void
    ) throws(LedgerError) {
        var reader = try JournalReader(directory: directory, operations: operations)
        var pending: [UInt64: CRLIntent] = [:]
        var numbers = UsedNumbers()
        while let record = try reader.next() {
            switch record.body {
            case .configurationLoaded, .intent, .issued, .crlIntent, .checkpoint: time = record.time
            default: break
            }
            switch record.body {
            case .revoked(let revocation):
                revoked[Subject(revocation), default: Revoked()].records.append((record.sequence, revocation))
            case .crlIntent(let intent):
                pending[record.sequence] = intent
                numbers.learn(record.body)
            case .issued(_, let intent):
                guard let crl = pending.removeValue(forKey: intent) else { continue }
                let key = ListKey(authorityKeyID: crl.authorityKeyID, partition: crl.partition)
                lastCRLs[key] = Lists(last: crl, lastRecord: intent, before: lastCRLs[key]?.last)
            case .abandoned(_, _, let intent): pending[intent] = nil
            case .importedCRL(let crl):
                succeeding.insert(crl.authorityKeyID)
                numbers.learn(record.body)
            case .restored, .archived: numbers.learn(record.body)
            case .genesis, .configurationLoaded, .intent, .checkpoint, .importedCertificate: continue
            }
            progress(reader.octets)
        }
        floors = numbers.crlFloors
    }

    private mutating func learnCertificates(
        _ directory: String, _ sizes: [UInt64: Int], _ notAfter: ([UInt8]) -> Instant?, _ operations: FileOperations,
        _ progress: (Int) -> Void
    ) throws(LedgerError) {
        var reader = try JournalReader(directory: directory, operations: operations)
        while let record = try reader.next() {
            if segments.last?.start != reader.segmentBeginning {
                let start = reader.segmentBeginning
                segments.append(Segment(start: start, octets: sizes[start.next] ?? 0))
                progress(reader.octets)
            }
            segments[segments.count - 1].count(record)
            switch record.body {
            case .intent(let intent):
                let end = notAfter(intent.tbs)
                add(
                    Subject(authorityKeyID: intent.authorityKeyID, serial: intent.serial), end, intent.crlScope,
                    record.sequence)
            case .importedCertificate(let certificate):
                add(
                    Subject(authorityKeyID: certificate.authorityKeyID, serial: certificate.serial),
                    certificate.notAfter, certificate.crlScope, record.sequence)
            case .archived(let archived):
                for expired in archived.expired {
                    let subject = Subject(authorityKeyID: expired.authorityKeyID, serial: expired.serial)
                    guard revoked[subject]?.certificate == nil else { continue }
                    revoked[subject]?.certificate = Certificate(
                        segment: nil, notAfter: expired.notAfter, scope: .unknown)
                }
            default: break
            }
        }
    }

    private mutating func add(_ subject: Subject, _ notAfter: Instant?, _ scope: CRLScope, _ record: UInt64) {
        let index = segments.count - 1
        guard let notAfter else { return segments[index].unreadable = record }
        if segments[index].longest.map({ $0.notAfter < notAfter }) ?? true {
            segments[index].longest = (subject.serial, notAfter)
        }
        guard let earlier = revoked[subject]?.certificate else {
            revoked[subject]?.certificate = Certificate(segment: index, notAfter: notAfter, scope: scope)
            return
        }
        revoked[subject]?.certificate = Certificate(
            segment: index, notAfter: max(earlier.notAfter, notAfter), scope: earlier.scope.union(scope))
    }
}

extension ArchiveSurvey.Segment {
    fileprivate mutating func count(_ record: JournalRecord) {
        lastRecord = record.sequence
        if firstTime == nil { firstTime = record.time }
        lastTime = record.time
    }
}

extension ArchiveSurvey.Subject {
    init(_ revocation: Revocation) {
        self.init(authorityKeyID: revocation.authorityKeyID, serial: revocation.serial)
    }
}
