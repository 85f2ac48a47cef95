import Foundation
import Glibc
import JSONRPC
import Synchronization
import TestSupport

/// Answers on a socket as a test has it: for what the tool makes of answers, whoever gives them.
final class ScriptedDaemon: Sendable {
    typealias Script = @Sendable (_ method: String, _ params: JSONObject) throws(ResponseError) -> JSONValue

    private struct State {
        var connections: Set<Int32> = []
        var calls: [(method: String, params: JSONObject)] = []
        var isOver = false
    }

    let path: String
    private let listener: Int32
    private let state = Mutex(State())

    /// - Parameter path: of its socket; a new one by default.
    init(path: String? = nil, _ script: @escaping Script) throws {
        self.path = try path ?? ChildProcess.scratch.get() + "/" + UUID().uuidString.prefix(13)
        listener = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        guard self.path.utf8.count < 108 else { throw TestSupportError("\(self.path) is too long for a socket") }
        unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: self.path.utf8) }
        let result = unsafe withUnsafePointer(to: &address) { address in
            unsafe address.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe bind(listener, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        guard result == 0, listen(listener, 16) == 0 else { throw TestSupportError("\(self.path): errno \(errno)") }
        Thread.detachNewThread { [self, listener] in
            while true {
                let connection = accept(listener, nil, nil)
                guard connection >= 0 else { break }
                Thread.detachNewThread { [self] in converse(connection, script) }
            }
            close(listener)
        }
    }

    /// What it was asked, in order.
    var calls: [(method: String, params: JSONObject)] { state.withLock { $0.calls } }

    func params(_ method: String) -> [JSONObject] { calls.filter { $0.method == method }.map(\.params) }

    /// Hangs up on everybody, and listens no more.
    func stop() {
        state.withLock { state in
            state.isOver = true
            for connection in state.connections { shutdown(connection, Int32(SHUT_RDWR)) }
        }
        unsafe unlink(path)
        shutdown(listener, Int32(SHUT_RDWR))
    }

    private func converse(_ connection: Int32, _ script: Script) {
        let isOver = state.withLock { state in
            state.connections.insert(connection)
            return state.isOver
        }
        defer {
            state.withLock { _ = $0.connections.remove(connection) }
            close(connection)
        }
        var received: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while !isOver {
            let count = unsafe buffer.withUnsafeMutableBytes {
                unsafe recv(connection, $0.baseAddress, $0.count, 0)
            }
            guard count > 0 else { break }
            received += buffer[..<count]
            while let end = received.firstIndex(of: 0x0a) {
                guard let answer = answer(Array(received[..<end]), script) else { return }
                received.removeSubrange(...end)
                let sent = unsafe (answer + [0x0a]).withUnsafeBytes {
                    unsafe send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
                }
                guard sent == answer.count + 1 else { return }
            }
        }
    }

    private func answer(_ line: [UInt8], _ script: Script) -> [UInt8]? {
        guard
            let value = try? JSONValue(parsing: line), let request = try? Request(value),
            case .integer(let id)? = request.id
        else { return nil }
        var params = JSONObject()
        if case .named(let named) = request.params { params = named }
        state.withLock { $0.calls.append((request.method, params)) }
        var members: [JSONObject.Member] = [
            .init(name: "jsonrpc", value: "2.0"), .init(name: "id", value: .number(JSONNumber(id))),
        ]
        do throws(ResponseError) {
            members.append(.init(name: "result", value: try script(request.method, params)))
        } catch {
            let object: JSONValue = [
                "code": .number(JSONNumber(error.code)), "message": .string(error.message), "data": error.data ?? .null,
            ]
            members.append(.init(name: "error", value: object))
        }
        return JSONValue.object(JSONObject(members)).encoded()
    }
}

extension ResponseError {
    /// An error of the contract.
    init(status: Int64, _ message: String, details: JSONValue? = nil) {
        var data: [JSONObject.Member] = [.init(name: "statusCode", value: .number(JSONNumber(status)))]
        if let details { data.append(.init(name: "details", value: details)) }
        self.init(code: status, message: message, data: .object(JSONObject(data)))
    }
}
