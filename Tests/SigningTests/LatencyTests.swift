import TestSupport
import Testing

@testable import Signing

@Suite("Latencies")
struct LatencyTests {
    @Test("Quantiles are the values' own, a sixteenth too high at most, from one microsecond to an hour")
    func quantiles() {
        var generator = SeededGenerator(environment: "SIGNING_TESTS_SEED")
        for power in 0..<32 as Range<UInt64> {
            let microseconds = (1 << power) + UInt64.random(in: 0..<(1 << power), using: &generator)
            var histogram = LatencyHistogram()
            for _ in 0..<100 { histogram.add(microseconds * 1000) }
            for perHundred in [0, 1, 50, 99, 100] as [UInt64] {
                let bound = histogram.upperBound(ofPerHundred: perHundred)
                #expect(bound > microseconds * 1000, "\(microseconds)")
                #expect(bound <= microseconds * 1000 + max(1000, microseconds * 1000 / 16), "\(microseconds)")
            }
        }
    }

    @Test("Of a hundred values, each is a percentile")
    func ranks() {
        var histogram = LatencyHistogram()
        #expect(histogram.upperBound(ofPerHundred: 50) == 0)
        // Below sixteen microseconds each has a bucket of its own.
        for value in 1...10 as ClosedRange<UInt64> { for _ in 0..<10 { histogram.add(value * 1000) } }
        for (perHundred, value) in [(1, 1), (10, 1), (11, 2), (50, 5), (90, 9), (91, 10), (100, 10)]
            as [(UInt64, UInt64)]
        {
            #expect(histogram.upperBound(ofPerHundred: perHundred) == (value + 1) * 1000, "\(perHundred)")
        }
        histogram.add(.max)
        #expect(histogram.upperBound(ofPerHundred: 100) == (1 << 32) * 1000)
    }

    @Test("What is older than two minutes counts no more")
    func windows() {
        let (record, second) = (LatencyRecord(), 1_000_000_000 as UInt64)
        let start = 1000 * second
        #expect(record.latencies(now: start) == nil)
        record.add(5000, now: start)
        #expect(record.latencies(now: start + 59 * second)?.count == 1)
        record.add(9000, now: start + 61 * second)
        #expect(record.latencies(now: start + 62 * second)?.count == 2)
        #expect(record.latencies(now: start + 62 * second)?.median == .microseconds(6))
        #expect(record.latencies(now: start + 122 * second)?.count == 1)
        #expect(record.latencies(now: start + 300 * second) == nil)
    }
}

@Suite("Which of several tokens is asked")
struct ReplicaLoadsTests {
    private let start: UInt64 = 1_000_000_000_000
    private let millisecond: UInt64 = 1_000_000

    @Test("In the long run each gets its share: twice as fast, twice as many")
    func shares() {
        var loads = ReplicaLoads(count: 2)
        var counts = [0, 0]
        // Each serves one after the other; twelve requests are under way, of which the one that is done first is replaced.
        let service = [2 * millisecond, 1 * millisecond]
        var (free, now) = ([start, start], start)
        var underWay: [(end: UInt64, index: Int, began: UInt64)] = []
        for _ in 0..<3000 {
            if underWay.count == 12, let next = underWay.indices.min(by: { underWay[$0].end < underWay[$1].end }) {
                let done = underWay.remove(at: next)
                now = max(now, done.end)
                loads.end(done.index, hasFailed: false, began: done.began, now: now)
            }
            guard let index = loads.begin(among: 0..<2, now: now) else { return }
            counts[index] += 1
            free[index] = max(free[index], now) + service[index]
            underWay.append((free[index], index, now))
        }
        #expect(counts[1] > counts[0] * 17 / 10 && counts[1] < counts[0] * 23 / 10, "\(counts)")
    }

    @Test("One that has failed is asked last for a while, and then again")
    func failure() {
        var loads = ReplicaLoads(count: 2)
        for index in [0, 1] {
            #expect(loads.begin(among: [index], now: start) == index)
            loads.end(index, hasFailed: index == 0, began: start, now: start + millisecond)
        }
        #expect(loads.begin(among: 0..<2, now: start + 2 * millisecond) == 1)
        loads.drop(1)
        #expect(loads.begin(among: [0], now: start + 2 * millisecond) == 0)
        loads.drop(0)
        var now = start
        var chosen = [Int]()
        for _ in 0..<120 {
            now += 1000 * millisecond
            guard let index = loads.begin(among: 0..<2, now: now) else { return }
            loads.end(index, hasFailed: false, began: now, now: now + millisecond)
            chosen.append(index)
        }
        #expect(chosen.contains(0))
        #expect(chosen.first == 1)
        #expect(loads.begin(among: [], now: now) == nil)
    }

    @Test("One that was away and has proved that it signs is asked like one of which nothing is known")
    func back() {
        var loads = ReplicaLoads(count: 2)
        for index in [0, 1] {
            _ = loads.begin(among: [index], now: start)
            loads.end(index, hasFailed: index == 0, began: start, now: start + millisecond)
        }
        loads.note(ready: [0, 1])
        #expect(loads.begin(among: [0, 1], now: start + millisecond) == 1)
        loads.note(ready: [1])
        loads.note(ready: [0, 1])
        #expect(loads.begin(among: [0, 1], now: start + millisecond) == 0)
    }

    @Test("None is asked more than an idle one can bear: with equal latencies the work is divided evenly")
    func even() {
        var loads = ReplicaLoads(count: 3)
        for index in 0..<3 {
            _ = loads.begin(among: [index], now: start)
            loads.end(index, hasFailed: false, began: start, now: start + millisecond)
        }
        var counts = [0, 0, 0]
        for _ in 0..<30 { if let index = loads.begin(among: 0..<3, now: start + millisecond) { counts[index] += 1 } }
        #expect(counts == [10, 10, 10])
    }
}
