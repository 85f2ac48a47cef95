import Console
import JSONRPC
import Ledger
import Timekeeping

/// How long the room for a journal lasts, if it goes on as in the days that were counted.
struct DiskForecast {
    private let growth: JournalGrowth
    private let free: UInt64
    private let seconds: Int64

    /// What fewer seconds tell is chance.
    private static let shortest: Int64 = 3600

    init(_ growth: JournalGrowth, now: Instant, free: UInt64) {
        self.growth = growth
        self.free = free
        seconds = now.secondsSinceEpoch - growth.since.secondsSinceEpoch
    }

    /// `nil` where too little time was counted.
    private func perDay(_ count: UInt64) -> Double? {
        seconds >= Self.shortest ? Double(count) / Double(seconds) * 86_400 : nil
    }

    private var certificatesPerDay: Double? { perDay(growth.issued) }
    private var octetsPerDay: Double? { perDay(UInt64(clamping: growth.octetsWritten)) }

    /// `nil` where nothing is written, or too little time was counted.
    private var daysLeft: Double? {
        guard let octetsPerDay, octetsPerDay > 0 else { return nil }
        return Double(free) / octetsPerDay
    }

    var text: String {
        var table = Table()
        table.add([
            "journal", "\(Self.readable(UInt64(clamping: growth.octets))) in \(growth.segments) segments",
        ])
        table.add(["free", Self.readable(free)])
        table.add(["counted", "\(growth.records) records since \(growth.since)"])
        table.add(["certificate", growth.octetsPerCertificate.map { "\($0) octets each" } ?? "none were issued"])
        table.add([
            "a day", certificatesPerDay.map { "\(Self.rounded($0)) certificates" } ?? "counted for too short a time",
        ])
        table.add(["full in", daysLeft.map { "\(Self.rounded($0)) days" } ?? "unknown"])
        return table.text
    }

    var json: JSONValue {
        [
            "octets": .init(UInt64(clamping: growth.octets)), "segments": .init(UInt64(clamping: growth.segments)),
            "freeOctets": .init(free), "since": .init(growth.since), "lastTime": .init(growth.lastTime),
            "records": .init(growth.records), "issued": .init(growth.issued),
            "octetsWritten": .init(UInt64(clamping: growth.octetsWritten)),
            "octetsPerCertificate": growth.octetsPerCertificate.map { .init(UInt64(clamping: $0)) } ?? .null,
            "certificatesPerDay": Self.number(certificatesPerDay), "octetsPerDay": Self.number(octetsPerDay),
            "daysUntilFull": Self.number(daysLeft),
        ]
    }

    /// Rounded down.
    private static func number(_ value: Double?) -> JSONValue {
        value.map { .init(UInt64(exactly: $0.rounded(.down)) ?? .max) } ?? .null
    }

    private static func rounded(_ value: Double) -> String {
        UInt64(exactly: value.rounded(.down)).map(String.init) ?? "countless"
    }

    private static func readable(_ octets: UInt64) -> String {
        for (unit, shift) in [("GiB", UInt64(30)), ("MiB", 20), ("KiB", 10)] where octets >= 10 << shift {
            return "\(octets >> shift) \(unit)"
        }
        return "\(octets) octets"
    }
}
