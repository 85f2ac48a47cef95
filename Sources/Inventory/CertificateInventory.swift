internal import GRDB
package import Ledger
package import Logging
internal import Threads

/// What the journal says, in tables that can be searched. All of it is derived: it may be deleted at any time, is then made anew, and
/// nothing is signed, revoked or refused by it alone.
package final class CertificateInventory: Sendable {
    private let file: InventoryFile
    private let queue: FillingQueue
    private let sizes: InventorySizes
    private let logger: Logger

    /// - Parameters:
    ///   - path: of its file, made where there is none. The folder has to exist, and to be nobody else's.
    ///   - gathering: how long records may gather while nobody waits for them: what is written at once costs less.
    package convenience init(path: String, gathering: Duration = .milliseconds(100), logger: Logger) {
        self.init(path: path, gathering: gathering, InventorySizes(), logger: logger)
    }

    init(path: String, gathering: Duration, _ sizes: InventorySizes, logger: Logger) {
        file = InventoryFile(path)
        queue = FillingQueue(gathering: gathering)
        self.sizes = sizes
        self.logger = logger
    }

    package var status: InventoryStatus { queue.status }

    /// The sequence number of the last record that is in it.
    package var position: UInt64 { queue.status.position }

    /// Takes in what is recorded, until the journal is closed and all of it is in. Once.
    ///
    /// Whatever goes wrong is logged, told by `status` and tried again.
    ///
    /// - Parameter directory: the journal's folder.
    package func run(following journal: Journal, in directory: String) async {
        guard queue.begin() else { return }
        let (file, queue, sizes, logger) = (file, queue, sizes, logger)
        do throws(OSThread.Failure) {
            try OSThread(name: "inventory") {
                var filler: InventoryFiller? = InventoryFiller(file, of: directory, queue, sizes, logger) {
                    journal.status.head
                }
                filler?.run()
                // Lets go of the file before anybody hears that it is done.
                filler = nil
                queue.threadEnded()
            }.detach()
        } catch {
            logger.error("the inventory's thread cannot be started", metadata: ["code": "\(error.code)"])
            return queue.threadEnded()
        }
        var known: UInt64 = 0
        while let head = await journal.head(beyond: known) {
            await queue.fill(upTo: head)
            known = max(head, position)
        }
        await queue.close()
    }

    /// Waits until a record is in the inventory, so that the caller reads what it, or anybody, wrote before.
    ///
    /// - Throws: `InventoryError`, where it is not in time: because it takes longer, at once where the inventory is unavailable or
    ///   closed, or because the task was cancelled.
    package func reach(_ sequence: UInt64, within limit: Duration) async throws(InventoryError) {
        let status = queue.status
        if status.position >= sequence { return }
        if case .unavailable(let reason) = status.state { throw .unavailable(reason: reason) }
        let waiter = queue.newWaiter(for: sequence)
        await wait(waiter, limit)
        let reached = queue.status
        guard reached.position < sequence else { return }
        switch reached.state {
        case .unavailable(let reason): throw .unavailable(reason: reason)
        case .closed: throw .closed
        case .idle, .running: throw .behind(position: reached.position, wanted: sequence)
        }
    }

    private func wait(_ waiter: UInt64, _ limit: Duration) async {
        let queue = queue
        async let _: Void = {
            // Ends early when the wait is over, or the task cancelled.
            try? await Task.sleep(for: limit)
            queue.giveUp(waiter)
        }()
        await queue.wait(waiter)
    }

    /// Reads on a thread that may block.
    ///
    /// - Returns: the answer, and the last record that was in the inventory when it was read.
    func read<Answer: Sendable>(
        _ body: @escaping @Sendable (Database) throws -> Answer
    ) async throws(InventoryError) -> (Answer, position: UInt64) {
        let (pool, status) = queue.reading
        guard let pool else {
            if case .unavailable(let reason) = status.state { throw .unavailable(reason: reason) }
            throw .unavailable(reason: "it is not open yet")
        }
        do {
            return try await pool.read { db in (try body(db), position: try StoredPosition.read(db)?.sequence ?? 0) }
        } catch {
            if InventoryFile.isDamage(error) { queue.reportDamage(of: pool) }
            throw .unavailable(reason: "\(error)")
        }
    }
}
