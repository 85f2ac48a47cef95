internal import Foundation
internal import GRDB
internal import Ledger
internal import Logging

/// What the inventory's thread does: takes in what the journal has, and tries again what fails.
struct InventoryFiller: ~Copyable {
    private let file: InventoryFile
    private let journalDirectory: String
    private let queue: FillingQueue
    private let sizes: InventorySizes
    private let logger: Logger
    private let currentHead: () -> UInt64
    private var filling: Filling?
    private var failure: String?

    /// - Parameter currentHead: the last record that is known to be on the disk.
    init(
        _ file: InventoryFile, of journalDirectory: String, _ queue: FillingQueue, _ sizes: InventorySizes,
        _ logger: Logger,
        currentHead: @escaping () -> UInt64
    ) {
        self.file = file
        self.journalDirectory = journalDirectory
        self.queue = queue
        self.sizes = sizes
        self.logger = logger
        self.currentHead = currentHead
    }

    private static let firstDelay = Duration.milliseconds(100)
    private static let longestDelay = Duration.seconds(30)

    /// Works until the journal is closed.
    mutating func run() {
        var delay: Duration?
        while let (head, isDamaged) = queue.take(after: delay) {
            do {
                if isDamaged { try renew(because: "it is damaged") }
                try fill(upTo: max(head, currentHead()))
                succeeded()
                delay = nil
            } catch {
                failed(error)
                delay = delay.map { min($0 * 2, Self.longestDelay) } ?? Self.firstDelay
            }
        }
        filling = nil
    }

    /// A file that cannot be gone on with is made anew, once.
    private mutating func fill(upTo head: UInt64) throws {
        do {
            try goOn(upTo: head)
        } catch  where InventoryFile.isDamage(error) {
            try renew(because: "\(error)")
            try goOn(upTo: head)
        } catch let error as LedgerError where filling?.isUnproven ?? false {
            // The place that it was to go on from may be of another journal, or of one that was restored from a backup.
            try renew(because: "its place in the journal is not there: \(error)")
            try goOn(upTo: head)
        }
    }

    private mutating func goOn(upTo head: UInt64) throws {
        let filling = try filling ?? open(head)
        self.filling = filling
        try filling.catchUp(to: head) { [queue] position in queue.advance(to: position) }
    }

    private func open(_ head: UInt64) throws -> Filling {
        let pool = try file.open()
        let filling = try Filling(pool, of: journalDirectory, head: head, sizes)
        queue.opened(pool, at: filling.position)
        return filling
    }

    private mutating func renew(because reason: String) throws {
        logger.notice("the inventory is made anew from the journal", metadata: ["cause": "\(reason)"])
        filling = nil
        queue.closed()
        try file.remove()
    }

    private mutating func succeeded() {
        if failure != nil { logger.notice("the inventory is available again") }
        failure = nil
        queue.roundEnded(failure: nil)
    }

    private mutating func failed(_ error: any Error) {
        let reason = (error as? InventoryError)?.reason ?? "\(error)"
        if failure != reason { logger.error("the inventory is unavailable", metadata: ["cause": "\(reason)"]) }
        failure = reason
        // What was half taken in is of no use, and the next attempt opens everything anew. Who reads goes on reading.
        filling = nil
        queue.roundEnded(failure: reason)
    }
}

extension InventoryError {
    /// Of what is unavailable.
    fileprivate var reason: String {
        if case .unavailable(let reason) = self { reason } else { "\(self)" }
    }
}
