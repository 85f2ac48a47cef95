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
