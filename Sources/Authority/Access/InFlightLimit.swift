import Synchronization

/// Counts each user's requests under way, over all of its connections.
package final class InFlightLimit: Sendable {
    private let limit: Int
    private let counts = Mutex<[UInt32: Int]>([:])

    package init(perUser limit: Int) {
        self.limit = limit
    }

    /// Takes a place for one request.
    ///
    /// - Throws: `AccessError.tooManyInFlight` where the user holds as many places as it may.
    package func enter(_ requester: Requester) throws(AccessError) -> Place {
        let admitted = counts.withLock { counts in
            let count = counts[requester.uid, default: 0]
            guard count < limit else { return false }
            counts[requester.uid] = count + 1
            return true
        }
        guard admitted else { throw .tooManyInFlight(limit: limit) }
        return Place(uid: requester.uid, owner: self)
    }

    /// One request's place, to be given back once.
    package struct Place: Sendable {
        fileprivate let uid: UInt32
        fileprivate let owner: InFlightLimit

        package func leave() {
            owner.counts.withLock { counts in
                let count = counts[uid, default: 0]
                // A user who asks for nothing costs nothing.
                counts[uid] = count > 1 ? count - 1 : nil
            }
        }
    }
}
