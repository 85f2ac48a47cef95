/// On whose behalf an order is carried out.
package struct Behalf: Sendable {
    package let requester: Requester
    package let grant: Grant
    /// The method that was called, by its name on the wire.
    package let method: String
    /// The request's `reqId`.
    package let reference: String

    package init(requester: Requester, grant: Grant, method: String, reference: String) {
        self.requester = requester
        self.grant = grant
        self.method = method
        self.reference = reference
    }
}
