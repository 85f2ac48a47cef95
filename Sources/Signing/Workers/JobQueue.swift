/// First come, first served, in a ring of fixed capacity: nothing is allocated once it stands.
struct JobQueue {
    private var slots: [SigningJob?]
    private var head = 0
    private(set) var count = 0

    init(capacity: Int) {
        slots = Array(repeating: nil, count: max(1, capacity))
    }

    var isEmpty: Bool { count == 0 }
    var isFull: Bool { count == slots.count }
    /// All jobs of a pool get the same time, so the first is the first to expire.
    var earliestDeadline: UInt64? { isEmpty ? nil : slots[head]?.deadline }

    /// Whether a job of this key waits.
    func holds(_ key: TokenKey) -> Bool { slots.contains { $0?.key === key } }

    /// The queue must not be full.
    mutating func append(_ job: SigningJob) {
        slots[(head + count) % slots.count] = job
        count += 1
    }

    /// Puts a job back to the front. False where there is no room.
    mutating func prepend(_ job: SigningJob) -> Bool {
        guard !isFull else { return false }
        head = (head + slots.count - 1) % slots.count
        slots[head] = job
        count += 1
        return true
    }

    mutating func popFirst() -> SigningJob? {
        guard count > 0 else { return nil }
        let job = slots[head].take()
        head = (head + 1) % slots.count
        count -= 1
        return job
    }

    mutating func removeAll() -> [SigningJob] {
        var jobs: [SigningJob] = []
        while let job = popFirst() { jobs.append(job) }
        return jobs
    }

    /// Takes one job out of the middle; the order of the others stays.
    mutating func remove(_ identifier: UInt64) -> SigningJob? {
        var found: SigningJob?
        for _ in 0..<count {
            guard let job = popFirst() else { break }
            if job.identifier == identifier { found = job } else { append(job) }
        }
        return found
    }
}
