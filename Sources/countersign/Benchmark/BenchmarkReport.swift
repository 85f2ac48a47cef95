import Console

/// What a benchmark found, measured in one run.
struct BenchmarkReport {
    struct Run {
        let concurrency: Int
        let certificatesPerSecond: Double
        let p50Milliseconds: Double
        let p99Milliseconds: Double
        /// The daemon's CPU time for one certificate.
        let cpuMicroseconds: Double
        /// Of that, the ledger's: its two threads, which record certificates and make them findable.
        let ledgerMicroseconds: Double
        let residentBytes: Int

        var ledgerShare: Double { cpuMicroseconds > 0 ? ledgerMicroseconds / cpuMicroseconds : 0 }

        init(concurrency: Int, _ outcome: ClosedLoop.Outcome) {
            let quantiles = LatencyQuantiles(outcome.latencies)
            let count = Double(max(1, outcome.latencies.count))
            self.concurrency = concurrency
            certificatesPerSecond = Double(outcome.latencies.count) / (outcome.elapsed / .seconds(1))
            p50Milliseconds = quantiles.milliseconds(0.5)
            p99Milliseconds = quantiles.milliseconds(0.99)
            cpuMicroseconds = outcome.cpuSeconds * 1_000_000 / count
            ledgerMicroseconds = outcome.ledgerSeconds * 1_000_000 / count
            residentBytes = outcome.residentBytes
        }
    }

    /// `nil` where they were left out.
    let limits: TokenLimits?
    let runs: [Run]

    private func ratioToFloor(_ run: Run) -> Double? {
        limits.map { run.certificatesPerSecond / $0.floorPerSecond }
    }

    /// For people.
    var text: String {
        var table = Table(
            ["CONCURRENCY", "CERTIFICATES/S", "P50 MS", "P99 MS", "DAEMON CPU µS", "LEDGER", "RSS MiB", "OF FLOOR"],
            rightAligned: Set(0...7))
        for run in runs {
            table.add([
                String(run.concurrency), rounded(run.certificatesPerSecond, 0), rounded(run.p50Milliseconds, 3),
                rounded(run.p99Milliseconds, 3), rounded(run.cpuMicroseconds, 0),
                "\(rounded(run.ledgerMicroseconds, 0)), \(rounded(run.ledgerShare * 100, 1)) %",
                rounded(Double(run.residentBytes) / 1_048_576, 1),
                ratioToFloor(run).map { rounded($0 * 100, 0) + " %" } ?? "",
            ])
        }
        guard let limits else { return table.text }
        return """
            token: \(rounded(limits.signaturesPerSecond, 0)) signatures/s (C_Sign alone, a scratch key of the CA's type)
            floor: \(rounded(limits.floorPerSecond, 0)) certificates/s (CSR verified, signed, result verified; all cores)

            \(table.text)
            """
    }

    /// For programs: `token`, `floor` and `runs`, rates a second.
    var json: String {
        let runs = runs.map { run in
            let members = [
                "\"concurrency\":\(run.concurrency)",
                "\"certificatesPerSecond\":\(rounded(run.certificatesPerSecond, 3))",
                "\"p50Ms\":\(rounded(run.p50Milliseconds, 3))", "\"p99Ms\":\(rounded(run.p99Milliseconds, 3))",
                "\"cpuMicroseconds\":\(rounded(run.cpuMicroseconds, 3))",
                "\"ledgerMicroseconds\":\(rounded(run.ledgerMicroseconds, 3))", "\"rssBytes\":\(run.residentBytes)",
                "\"ratioToFloor\":\(ratioToFloor(run).map { rounded($0, 3) } ?? "null")",
            ]
            return "{\(members.joined(separator: ","))}"
        }
        let token = limits.map { rounded($0.signaturesPerSecond, 3) } ?? "null"
        let floor = limits.map { rounded($0.floorPerSecond, 3) } ?? "null"
        return "{\"token\":\(token),\"floor\":\(floor),\"runs\":[\(runs.joined(separator: ","))]}"
    }

    /// With exactly so many digits after the point.
    private func rounded(_ value: Double, _ digits: Int) -> String {
        guard value.isFinite else { return "0" }
        let scale = (0..<digits).reduce(1.0) { scale, _ in scale * 10 }
        let scaled = Int((value * scale).rounded())
        guard digits > 0 else { return String(scaled) }
        let fraction = String(scaled % Int(scale))
        return "\(scaled / Int(scale))." + String(repeating: "0", count: digits - fraction.count) + fraction
    }
}
