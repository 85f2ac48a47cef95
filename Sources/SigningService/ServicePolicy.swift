package import Authority
package import JSONRPC
package import Logging
package import SigningAPI
import Synchronization

/// Who comes in, what errors look like on the wire, and what the log says of a request.
package struct ServicePolicy: RoutingPolicy {
    private let access: AccessPolicy
    private let inFlight: InFlightLimit
    private let logger: Logger
    private let allowance: LineAllowance
    private let drain = Drain()

    private final class Drain: Sendable {
        let hasBegun = Atomic(false)
        let refusals = Atomic(0)
    }

    /// - Parameter now: by which the log's lines of a second are counted.
    package init(
        access: AccessPolicy, inFlight: InFlightLimit, logger: Logger,
        now: @escaping @Sendable () -> ContinuousClock.Instant = { .now }
    ) {
        self.access = access
        self.inFlight = inFlight
        self.logger = logger
        allowance = LineAllowance(now: now)
    }

    /// From now on, whatever is not under way is refused: the service is shutting down.
    package func beginDrain() { drain.hasBegun.store(true, ordering: .releasing) }

    /// Nothing comes any more: the log is told how many were refused since the drain began, as it was not of each.
    package func endDrain() {
        allowance.end().forEach(log)
        let count = drain.refusals.load(ordering: .relaxed)
        guard count > 0 else { return }
        logger.notice("refused while shutting down", metadata: ["requests": .stringConvertible(count)])
    }

    package func makeContext(for peer: Requester) -> RequestContext {
        RequestContext(
            requester: peer, grant: access.grant(for: peer), reference: .random(),
            isLate: drain.hasBegun.load(ordering: .acquiring))
    }

    package func admit(_ request: Request, in context: RequestContext) throws(ErrorObject) -> Permit {
        do {
            guard context.grant != nil else { throw AccessError.unknownPeer(uid: context.requester.uid) }
            guard !context.isLate else { throw APIError.shuttingDown }
            let place = try inFlight.enter(context.requester)
            return Permit { place.leave() }
        } catch {
            throw ErrorObject(APIError(mapping: error), context.reference)
        }
    }

    /// The whole response, with a null id, to a client that is turned away before it has asked for anything.
    package func refusal(_ error: APIError, to peer: Requester) -> [UInt8] {
        let context = makeContext(for: peer)
        // Whom nobody knows is not told to come again.
        let told = context.grant == nil ? APIError(mapping: AccessError.unknownPeer(uid: peer.uid)) : error
        let object = ErrorObject(told, context.reference)
        report(.answered(method: nil, error: object), in: context)
        return object.response()
    }

    package func errorObject(for fault: Fault, in context: RequestContext) -> ErrorObject {
        ErrorObject(APIError(fault), context.reference)
    }

    /// Successes are in the journal, and in the log only for whoever looks closely; refusals are only in the log, as many as one
    /// user may have there.
    package func report(_ event: RoutingEvent, in context: RequestContext) {
        switch event {
        case .droppedNotification(let method):
            guard mayLog(of: context) else { return }
            logger.notice("dropped a notification that would sign", metadata: metadata(context, method: method))
        case .answered(let method, nil):
            allowance.settle().forEach(log)
            logger.debug("answered", metadata: metadata(context, method: method))
        // Whoever sent many lines before the drain is not to fill the log with them.
        case .answered(_, let error?) where context.isLate && error.code == APIError.shuttingDown.kind.code:
            drain.refusals.add(1, ordering: .relaxed)
        case .answered(let method, let error?):
            guard mayLog(of: context) else { return }
            var metadata = metadata(context, method: method)
            metadata["code"] = .stringConvertible(error.code)
            metadata["error"] = .string(error.message.oneLine)
            logger.notice("refused", metadata: metadata)
        }
    }

    /// Whether the log takes a line more of this requester. What it did not take is told with the first line, or answer, to whomever
    /// that is, after its second is over.
    func mayLog(of context: RequestContext) -> Bool {
        let (isAllowed, excess) = allowance.take(context.requester.uid)
        excess.forEach(log)
        return isAllowed
    }

    private func log(_ excess: LineAllowance.Excess) {
        logger.notice(
            "more lines of a user than the log takes in a second",
            metadata: [
                "uid": .string(excess.uid.map { String($0) } ?? "others"), "lines": .stringConvertible(excess.lines),
            ])
    }

    private func metadata(_ context: RequestContext, method: String?) -> Logger.Metadata {
        var metadata: Logger.Metadata = [
            "reqId": .stringConvertible(context.reference), "uid": .stringConvertible(context.requester.uid),
            "pid": .stringConvertible(context.requester.pid),
            "microseconds": .stringConvertible(Int((.now - context.startedAt) / .microseconds(1))),
        ]
        if let method { metadata["method"] = .string(method.oneLine) }
        return metadata
    }
}

extension String {
    /// A stranger's text for the log: cut, and without what could begin a line of its own or move a terminal's cursor.
    fileprivate var oneLine: String {
        var text = ""
        for scalar in unicodeScalars.prefix(256) {
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse, .unassigned:
                text += "\\u{\(String(scalar.value, radix: 16))}"
            default: text.unicodeScalars.append(scalar)
            }
        }
        return text
    }
}

extension ErrorObject {
    /// The error as it goes over the wire, with the seeds' error body as its data.
    init(_ error: APIError, _ reference: RequestReference) {
        self.init(code: error.kind.code, message: error.message, data: error.data(reference))
    }
}

extension APIError {
    init(_ fault: Fault) {
        let kind: Kind =
            switch fault {
            case .parse: .parseError
            case .invalidRequest: .invalidRequest
            case .methodNotFound: .methodNotFound
            case .invalidParams: .invalidParams
            }
        var details: JSONValue?
        if case .invalidParams(let reason) = fault {
            details = [["path": "params", "message": .string(reason)]]
        }
        self.init(kind, fault.message, details: details)
    }
}
