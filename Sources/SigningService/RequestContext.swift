package import Authority
package import SigningAPI

/// What belongs to one request while it is under way.
package struct RequestContext: Sendable {
    package let requester: Requester
    /// `nil` for a peer whom the configuration does not name.
    package let grant: Grant?
    package let reference: RequestReference
    package let startedAt = ContinuousClock.now
}
