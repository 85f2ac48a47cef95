/// Latencies of one run, for their quantiles.
struct LatencyQuantiles {
    private let sorted: [Duration]

    init(_ latencies: [Duration]) {
        sorted = latencies.sorted()
    }

    /// In milliseconds, by nearest rank; 0 where there are none.
    func milliseconds(_ quantile: Double) -> Double {
        guard !sorted.isEmpty else { return 0 }
        let rank = Int((quantile * Double(sorted.count)).rounded(.up)) - 1
        return sorted[min(max(rank, 0), sorted.count - 1)] / .milliseconds(1)
    }
}
