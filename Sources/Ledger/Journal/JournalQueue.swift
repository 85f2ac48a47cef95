internal import Dispatch
internal import Synchronization
internal import Timekeeping

/// Where tasks and the journal's thread meet: records wait here until they are on the disk.
final class JournalQueue: Sendable {
    typealias Answer = Result<UInt64, LedgerError>

    /// A record, and who waits for it.
    struct Entry: Sendable {
        let body: RecordBody
        let continuation: CheckedContinuation<Answer, Never>
    }

    private struct State: Sendable {
        var status: JournalStatus
        var used: UsedNumbers
        var waiting: [Entry] = []
        /// How many entries wake the thread; `nil` while it is awake.
        var wakeAt: Int?
        var threadEnded = false
        var closing: [CheckedContinuation<Void, Never>] = []
        /// Who waits for a record beyond the head.
        var watchers: [CheckedContinuation<Void, Never>] = []
        /// Who waits for the thread to look at the folder.
        var lookers: [UInt64: CheckedContinuation<Sight, Never>] = [:]
        var lastLooker: UInt64 = 0

        mutating func takeWatchers() -> [CheckedContinuation<Void, Never>] {
            defer { watchers = [] }
            return watchers
        }
    }

    /// What the thread saw of the journal's folder.
    enum Sight: Sendable {
        case inPlace
        case displaced(LedgerError)
        /// Nothing, until the time was up.
        case silence
    }

    private let state: Mutex<State>
    private let work = DispatchSemaphore(value: 0)
    private let maximumOpenIntents: Int

    init(_ status: JournalStatus, used: UsedNumbers, maximumOpenIntents: Int) {
        state = Mutex(State(status: status, used: used))
        self.maximumOpenIntents = maximumOpenIntents
    }

    var status: JournalStatus { state.withLock { $0.status } }

    /// The number of the last CRL of that key; 0 where there was none.
    func lastCRLNumber(ofKey key: [UInt8]) -> UInt64 { state.withLock { $0.used.lastCRLNumber(ofKey: key) } }

    // MARK: - The tasks' side

    /// Waits until the record is on the disk, whether or not the task is cancelled.
    ///
    /// - Returns: its sequence number.
    func append(_ body: RecordBody) async throws(LedgerError) -> UInt64 {
        try await withCheckedContinuation { continuation in
            let (refusal, wake) = state.withLock { state -> (LedgerError?, Bool) in
                if let refusal = admit(body, &state) { return (refusal, false) }
                state.waiting.append(Entry(body: body, continuation: continuation))
                guard let wakeAt = state.wakeAt, state.waiting.count >= wakeAt else { return (nil, false) }
                state.wakeAt = nil
                return (nil, true)
            }
            if let refusal { continuation.resume(returning: .failure(refusal)) }
            if wake { work.signal() }
        }.get()
    }

    /// Why a record may not wait here; `nil` where it may.
    private func admit(_ body: RecordBody, _ state: inout sending State) -> LedgerError? {
        switch state.status.state {
        case .running: break
        case .stopped(let reason): return .stopped(reason: reason)
        case .closed: return .closed
        }
        guard !body.isIntent || state.status.openIntents < maximumOpenIntents else {
            return .tooManyOpenIntents(limit: maximumOpenIntents)
        }
        if let refusal = state.used.use(body) { return refusal }
        if body.isIntent { state.status.openIntents += 1 }
        return nil
    }

    /// Waits for a record beyond that one.
    ///
    /// - Returns: the number of the last record on the disk; `nil` when nothing beyond will come any more.
    func head(beyond sequence: UInt64) async -> UInt64? {
        while true {
            let (head, hasEnded) = state.withLock { ($0.status.head, $0.threadEnded) }
            if head > sequence { return head }
            if hasEnded { return nil }
            await withCheckedContinuation { continuation in
                let isOver = state.withLock { state in
                    if state.status.head > sequence || state.threadEnded { return true }
                    state.watchers.append(continuation)
                    return false
                }
                if isOver { continuation.resume() }
            }
        }
    }

    /// Has the thread look at the folder, between two batches.
    func look(for patience: Duration) async -> Sight {
        await withCheckedContinuation { continuation in
            let (looker, wake) = state.withLock { state -> (UInt64?, Bool) in
                guard !state.threadEnded else { return (nil, false) }
                state.lastLooker += 1
                state.lookers[state.lastLooker] = continuation
                // Where records wait, it is about to wake by itself.
                guard state.wakeAt != nil, state.waiting.isEmpty else { return (state.lastLooker, false) }
                state.wakeAt = nil
                return (state.lastLooker, true)
            }
            guard let looker else { return continuation.resume(returning: .inPlace) }
            if wake { work.signal() }
            DispatchQueue.global().asyncAfter(deadline: .now() + patience / .seconds(1)) { [self] in
                state.withLock { $0.lookers.removeValue(forKey: looker) }?.resume(returning: .silence)
            }
        }
    }

    /// Accepts nothing more; what waits is still written.
    func beginClosing() {
        let wake = state.withLock { state in
            state.status.state = .closed
            defer { state.wakeAt = nil }
            return state.wakeAt != nil
        }
        if wake { work.signal() }
    }

    /// As `beginClosing`, and waits for the thread's end.
    func close() async {
        beginClosing()
        await withCheckedContinuation { continuation in
            let ended = state.withLock { state in
                if !state.threadEnded { state.closing.append(continuation) }
                return state.threadEnded
            }
            if ended { continuation.resume() }
        }
    }

    // MARK: - The thread's side

    private enum Step: Sendable {
        case write([Entry], openIntents: Int)
        case gather
        case sleep
        case doze
        case end
    }

    /// Everything that waits, as far as one write should carry; sleeps while there is nothing. Without an entry where somebody wants
    /// the thread to look at the folder, or the lack of room has to be looked after. `nil` when the journal is closed and nothing is left.
    func take() -> (entries: [Entry], openIntents: Int)? {
        var hasGathered = false
        var hasDozed = false
        while true {
            switch state.withLock({ step(&$0, hasGathered: hasGathered, hasDozed: hasDozed) }) {
            case .write(let entries, let openIntents): return (entries, openIntents)
            case .gather:
                _ = work.wait(timeout: .now() + Self.gatheringTime)
                hasGathered = true
            case .sleep: work.wait()
            case .doze:
                _ = work.wait(timeout: .now() + Self.roomInterval)
                hasDozed = true
            case .end: return nil
            }
        }
    }

    private func step(_ state: inout sending State, hasGathered: Bool, hasDozed: Bool) -> Step {
        state.wakeAt = nil
        guard !state.waiting.isEmpty else {
            if state.status.state == .closed { return .end }
            let looksForRoom = state.status.state == .running && state.status.lackOfRoom != nil
            if !state.lookers.isEmpty || looksForRoom && hasDozed {
                return .write([], openIntents: state.status.openIntents)
            }
            state.wakeAt = 1
            return looksForRoom ? .doze : .sleep
        }
        // One fdatasync costs as much as a signature, for one record or for many: where many certificates are under way, more
        // records are about to come.
        let expected = state.status.openIntents / 2
        if !hasGathered, state.waiting.count < expected, state.status.state == .running {
            state.wakeAt = expected
            return .gather
        }
        var octets = 0
        let count = state.waiting.prefix { entry in
            defer { octets += entry.body.maximumOctets }
            return octets < Self.batchOctets
        }.count
        let entries = Array(state.waiting.prefix(count))
        state.waiting.removeFirst(count)
        return .write(entries, openIntents: state.status.openIntents)
    }

    /// How long a batch is held back at most.
    private static let gatheringTime = DispatchTimeInterval.microseconds(300)

    /// How often to look whether there is room again.
    private static let roomInterval = DispatchTimeInterval.seconds(1)

    /// A batch of about so many octets is not made larger.
    private static let batchOctets = 1 << 20

    /// Wakes those whose records are on the disk, with consecutive numbers from `first` on.
    func complete(_ entries: [Entry], from first: UInt64, chain: ChainPosition, at time: Instant, octets: Int) {
        let outcomes = entries.count { $0.body.isOutcome }
        let watchers = state.withLock { state in
            state.status.openIntents -= outcomes
            state.status.head = chain.next - 1
            state.status.headHash = chain.head
            state.status.time = time
            state.status.octets = octets
            return state.takeWatchers()
        }
        for watcher in watchers { watcher.resume() }
        for (index, entry) in entries.enumerated() {
            entry.continuation.resume(returning: .success(first + UInt64(index)))
        }
    }

    /// Wakes those whose records were not written.
    func refuse(_ entries: [Entry], _ error: LedgerError) {
        let intents = entries.count { $0.body.isIntent }
        state.withLock { $0.status.openIntents -= intents }
        for entry in entries { entry.continuation.resume(returning: .failure(error)) }
    }

    /// The last of those who want to know where the folder is; `nil` where there is none.
    var lastLooker: UInt64? { state.withLock { $0.lookers.isEmpty ? nil : $0.lastLooker } }

    /// Answers those who had asked before the thread looked; who did so meanwhile has it look again.
    func answerLookers(upTo last: UInt64, _ sight: Sight) {
        let lookers = state.withLock { state in
            let answered = state.lookers.filter { $0.key <= last }
            for looker in answered.keys { state.lookers[looker] = nil }
            return Array(answered.values)
        }
        for looker in lookers { looker.resume(returning: sight) }
    }

    /// From now on status says so, until `nil` takes it back.
    func note(lackOfRoom: SystemFailure?) {
        state.withLock { $0.status.lackOfRoom = lackOfRoom }
    }

    /// Nothing is accepted any more, and all that waits fails.
    func stop(reason: String) {
        let waiting = state.withLock { state -> [Entry] in
            if state.status.state == .running { state.status.state = .stopped(reason: reason) }
            defer { state.waiting = [] }
            return state.waiting
        }
        refuse(waiting, .stopped(reason: reason))
    }

    /// The thread is done and has let go of the folder.
    func threadEnded() {
        let closing = state.withLock { state -> [CheckedContinuation<Void, Never>] in
            state.threadEnded = true
            defer { state.closing = [] }
            return state.closing + state.takeWatchers()
        }
        for continuation in closing { continuation.resume() }
        answerLookers(upTo: .max, .inPlace)
    }
}
