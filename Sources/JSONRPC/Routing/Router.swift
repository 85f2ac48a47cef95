/// Takes a line, finds the method, answers with a line. In this order: JSON, envelope, the peer and its limits, method,
/// params; then the method's own checks.
package struct Router<Policy: RoutingPolicy>: Sendable {
    package let policy: Policy
    /// The most requests that one batch may hold.
    package let maximumBatch: Int
    private let methods: [String: Method<Policy.Context>]
    /// A longer name is not looked up, so that hashing one costs nothing to speak of.
    private let longestName: Int

    /// - Parameter methods: no two of one name.
    package init(policy: Policy, maximumBatch: Int = 16, methods: [Method<Policy.Context>]) {
        self.policy = policy
        self.maximumBatch = maximumBatch
        self.methods = Dictionary(uniqueKeysWithValues: methods.map { ($0.name, $0) })
        self.longestName = methods.map(\.name.utf8.count).max() ?? 0
    }

    /// The answer to one line, without its LF; `nil` where there is none to give: a notification, or a batch of them.
    /// The members of a batch run side by side. A cancelled task cancels its handlers.
    package func respond(to line: [UInt8], from peer: Policy.Peer) async -> [UInt8]? {
        let value: JSONValue
        do { value = try JSONValue(parsing: line) } catch { return refusal(.parse(error), to: peer) }
        guard case .array(let members) = value else { return await answer(value, from: peer) }
        guard !members.isEmpty else { return refusal(.invalidRequest("an empty batch"), to: peer) }
        guard members.count <= maximumBatch else {
            return refusal(.invalidRequest("a batch of more than \(maximumBatch) requests"), to: peer)
        }
        return await answer(batch: members, from: peer)
    }

    /// The response, with a null id, to what was refused before it could be read: a line over its limit, say.
    package func refusal(_ fault: Fault, to peer: Policy.Peer) -> [UInt8] {
        refuse(fault, method: nil, in: policy.makeContext(for: peer)).response()
    }

    private func answer(batch: [JSONValue], from peer: Policy.Peer) async -> [UInt8]? {
        await withTaskGroup(of: [UInt8]?.self) { group in
            for member in batch {
                group.addTask { await answer(member, from: peer) }
            }
            var text: [UInt8] = []
            for await response in group {
                guard let response else { continue }
                text.append(UInt8(ascii: text.isEmpty ? "[" : ","))
                text.append(contentsOf: response)
            }
            guard !text.isEmpty else { return nil }
            text.append(UInt8(ascii: "]"))
            return text
        }
    }

    private func answer(_ value: JSONValue, from peer: Policy.Peer) async -> [UInt8]? {
        let context = policy.makeContext(for: peer)
        let request: Request
        do { request = try Request(value) } catch {
            return refuse(.invalidRequest(error.reason), method: nil, in: context).response(to: error.id)
        }
        let method = method(named: request.method)
        if request.isNotification, method?.effect == .signing {
            policy.report(.droppedNotification(method: request.method), in: context)
            return nil
        }
        do {
            let permit = try policy.admit(request, in: context)
            let result = try await run(method, for: request, in: context)
            _ = consume permit
            policy.report(.answered(method: request.method, error: nil), in: context)
            return request.id.map { response(to: $0, result: result) }
        } catch {
            policy.report(.answered(method: request.method, error: error), in: context)
            return request.id.map { error.response(to: $0) }
        }
    }

    private func run(
        _ method: Method<Policy.Context>?, for request: Request, in context: Policy.Context
    ) async throws(ErrorObject) -> any JSONEncodable {
        guard let method else { throw policy.errorObject(for: .methodNotFound(request.method), in: context) }
        switch request.params {
        case .absent: return try await method.handler(JSONObject(), context)
        case .named(let params): return try await method.handler(params, context)
        case .positional:
            throw policy.errorObject(for: .invalidParams("they are given by name, in an object"), in: context)
        }
    }

    private func method(named name: String) -> Method<Policy.Context>? {
        guard name.utf8.count <= longestName, let method = methods[name], method.name.hasSameBytes(as: name) else {
            return nil
        }
        return method
    }

    private func refuse(_ fault: Fault, method: String?, in context: Policy.Context) -> ErrorObject {
        let error = policy.errorObject(for: fault, in: context)
        policy.report(.answered(method: method, error: error), in: context)
        return error
    }

    private func response(to id: RequestID, result: any JSONEncodable) -> [UInt8] {
        var writer = JSONWriter(reservingCapacity: 4096)
        writer.object { object in
            object.member("jsonrpc", "2.0")
            object.member("id", id)
            object.member("result") { $0.value(result) }
        }
        return writer.finish()
    }
}
