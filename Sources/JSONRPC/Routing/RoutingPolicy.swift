/// What a service adds to the protocol: who may come in, and what its errors look like.
package protocol RoutingPolicy: Sendable {
    /// Who sent a line.
    associatedtype Peer: Sendable
    /// What belongs to one request: its request id, say.
    associatedtype Context: Sendable

    /// Called once for each request, each member of a batch, and each line that is none.
    func makeContext(for peer: Peer) -> Context

    /// Asked once the envelope is found valid, before the method is looked up: whether the peer is known, and within its
    /// limits. The permit is held until the request has ended.
    func admit(_ request: Request, in context: Context) throws(ErrorObject) -> Permit

    /// The error object, data included, for what the protocol finds wrong.
    func errorObject(for fault: Fault, in context: Context) -> ErrorObject

    /// Told what became of a request, for logs and metrics. It has no say in it.
    func report(_ event: RoutingEvent, in context: Context)
}

/// What became of one request.
package enum RoutingEvent: Sendable {
    /// A notification for a method with an effect: nobody would receive the result, so it was not run.
    case droppedNotification(method: String)
    /// It has an answer, though a notification's is not sent. The method is `nil` where none could be read; the error is
    /// `nil` for a result.
    case answered(method: String?, error: ErrorObject?)
}
