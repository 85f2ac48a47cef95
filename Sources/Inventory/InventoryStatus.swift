/// How the inventory is, at one moment.
package struct InventoryStatus: Hashable, Sendable {
    package enum State: Hashable, Sendable {
        /// Nobody fills it yet.
        case idle
        case running
        /// Something failed, which is tried again by itself.
        case unavailable(reason: String)
        /// Its journal was closed.
        case closed
    }

    package var state: State
    /// The sequence number of the last record that is in it: it holds what records 1 to `position` say, and nothing else.
    package var position: UInt64
}

/// How many there are of each.
package struct InventoryCounts: Hashable, Sendable {
    /// Of every status.
    package var certificates = 0
    /// Neither revoked nor in doubt.
    package var issued = 0
    package var pending = 0
    package var possiblySigned = 0
    package var notSigned = 0
    package var revoked = 0
    /// Revocations, also of serials that are in no certificate here.
    package var revocations = 0
}
