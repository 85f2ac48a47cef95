package import Ledger

/// What the inventory could not do. The journal is not concerned: it holds all that the inventory would have said.
package enum InventoryError: Error, Hashable, Sendable {
    /// It cannot be read or filled now; that is tried again by itself.
    case unavailable(reason: String)
    /// The record is not in it yet.
    case behind(position: UInt64, wanted: UInt64)
    /// Its journal is closed, and the record is not in it.
    case closed
    /// The journal that it is made of cannot be read.
    case journal(LedgerError)
}

extension InventoryError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .unavailable(let reason): "the inventory is unavailable: \(reason)"
        case .behind(let position, let wanted): "the inventory has reached record \(position), not yet \(wanted)"
        case .closed: "the inventory's journal is closed"
        case .journal(let error): "the inventory cannot be made of its journal: \(error)"
        }
    }
}
