import Console
import FoundationEssentials
import JSONRPC
import SigningAPI
import UnixSocket

/// One conversation with the daemon.
struct ServiceClient {
    private let socket: SocketClient
    private let path: String
    private let asJSON: Bool

    /// - Parameter maximumLine: the longest answer that is read, in bytes.
    /// - Throws: `CommandFailure` where nobody listens.
    init(_ options: SocketOptions, asJSON: Bool? = nil, maximumLine: Int = 1 << 24) async throws(CommandFailure) {
        path = options.path
        self.asJSON = asJSON ?? options.json
        do {
            socket = try await SocketClient.connect(to: path, maximumLine: maximumLine)
        } catch {
            throw CommandFailure(
                .unavailable,
                "countersignd cannot be reached: \(error). Is it running, and is this its socket? "
                    + "Name another with --socket or COUNTERSIGN_SOCKET.")
        }
    }

    /// The result of one call.
    ///
    /// - Throws: `CommandFailure` for an error of the daemon's, and where it hangs up.
    func call(_ method: String, _ params: JSONObject = JSONObject()) async throws(CommandFailure) -> JSONValue {
        socket.send(line: Request.encoded(id: .integer(1), method: method, params: params))
        let line: [UInt8]?
        do { line = try await socket.receive() } catch { throw CommandFailure(.unavailable, "\(path): \(error).") }
        guard let line else { throw CommandFailure(.unavailable, "\(path): the daemon hung up without an answer.") }
        do {
            return try Response(parsing: line).outcome.get()
        } catch let error as ResponseError {
            throw CommandFailure(error, asJSON: asJSON)
        } catch {
            throw CommandFailure(.internalError, "\(path): \(error).")
        }
    }

    func call(_ method: SigningAPI.Method, _ params: [String: JSONValue] = [:]) async throws(CommandFailure)
        -> JSONValue
    {
        try await call(method.rawValue, params)
    }

    func call(_ method: String, _ params: [String: JSONValue]) async throws(CommandFailure) -> JSONValue {
        try await call(method, JSONObject(params.map { .init(name: $0, value: $1) }))
    }

    /// The profile of that id or name; an id is taken as it is, since the daemon knows best.
    ///
    /// - Throws: `CommandFailure` for a name that no profile has.
    func profile(_ idOrName: String) async throws(CommandFailure) -> (id: String, description: JSONObject) {
        let profiles = try await call(.listProfiles)["profiles"]?.array?.compactMap(\.object) ?? []
        let isMatch: (JSONObject) -> Bool = { profile in
            profile["name"]?.string == idOrName || profile["id"]?.string == idOrName.lowercased()
        }
        guard let profile = profiles.first(where: isMatch), let id = profile["id"]?.string else {
            let names = profiles.compactMap { $0["name"]?.string }.joined(separator: ", ")
            throw CommandFailure(
                .notFound,
                "there is no profile \(idOrName) for you; "
                    + (names.isEmpty ? "you were granted none." : "you may use: \(names)."))
        }
        return (id, profile)
    }

    func profileID(_ idOrName: String) async throws(CommandFailure) -> String {
        UUID(uuidString: idOrName) == nil ? try await profile(idOrName).id : idOrName
    }
}

extension JSONValue {
    /// One line, which a terminal prints as it is.
    var compactText: String { String(decoding: encoded(), as: UTF8.self).printableJSON }

    /// The strings of an array; `nil` for anything else.
    var strings: [String]? { array?.compactMap(\.string) }
}

extension ResponseError {
    /// The error object again.
    var json: JSONValue {
        var members: [JSONObject.Member] = [
            .init(name: "code", value: .number(JSONNumber(code))), .init(name: "message", value: .string(message)),
        ]
        if let data { members.append(.init(name: "data", value: data)) }
        return .object(JSONObject(members))
    }
}
