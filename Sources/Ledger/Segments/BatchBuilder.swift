internal import DERCoding
internal import FoundationEssentials
internal import Timekeeping

/// Lays out a batch in one buffer, which is used again for the next.
struct BatchBuilder {
    private let journalID: [UInt8]
    private var writer = DERWriter()
    /// Where the chain will be when the batch is on the disk.
    private(set) var end: ChainPosition

    init(journalID: UUID, from start: ChainPosition) {
        self.journalID = journalID.octets
        end = start
    }

    var bytes: [UInt8] { writer.octets }

    /// Octets of a batch of these records at most.
    static func maximumOctets(of bodies: [RecordBody]) -> Int {
        bodies.reduce(BatchHeader.count) { $0 + $1.maximumOctets }
    }

    /// Lays out records that follow on `start`.
    mutating func build(_ bodies: [RecordBody], at time: Instant, from start: ChainPosition) {
        writer.octets.removeAll(keepingCapacity: true)
        writer.octets.append(contentsOf: repeatElement(0, count: BatchHeader.count))
        end = start
        for body in bodies { append(body, at: time) }
        let header = BatchHeader(
            records: UInt32(truncatingIfNeeded: bodies.count),
            octets: UInt32(truncatingIfNeeded: bytes.count - BatchHeader.count),
            firstSequence: start.next, lastHash: end.head)
        header.write(to: &writer.octets, at: 0, journalID: journalID)
    }

    private mutating func append(_ body: RecordBody, at time: Instant) {
        let start = bytes.count
        let frame = RecordFrame(
            bodyLength: 0, kind: body.kind.rawValue, version: body.kind.version, sequence: end.next,
            time: time.secondsSinceEpoch, previous: end.head)
        frame.append(to: &writer.octets)
        body.encode(into: &writer)
        writer.octets.replaceBigEndian(
            at: start, with: UInt32(truncatingIfNeeded: bytes.count - start - RecordFrame.count))
        end = ChainPosition(next: end.next + 1, head: RecordHash(hashing: bytes, start..<bytes.count))
    }
}
