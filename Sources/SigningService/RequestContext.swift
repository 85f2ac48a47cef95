package import Authority
package import SigningAPI

/// What belongs to one request while it is under way.
package struct RequestContext: Sendable {
    package let requester: Requester
    /// `nil` for a peer whom the configuration does not name.
    package let grant: Grant?
    package let reference: RequestReference
    /// It came when the service was shutting down already.
    package let isLate: Bool
    package let startedAt = ContinuousClock.now
}
