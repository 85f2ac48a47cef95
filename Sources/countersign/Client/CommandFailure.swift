import Console
import JSONRPC

/// Why a command did not do what it was asked: told on standard error, and by the exit code.
struct CommandFailure: Error {
    let code: Code
    let message: String
    /// The error object as the daemon sent it, for `--json`.
    var response: JSONValue?

    init(_ code: Code, _ message: String, response: JSONValue? = nil) {
        self.code = code
        self.message = message
        self.response = response
    }

    /// sysexits.h has the field's names for these.
    enum Code: Int32 {
        case usage = 64
        case refused = 65
        case noInput = 66
        case notFound = 68
        case unavailable = 69
        case internalError = 70
        case cannotCreate = 73
        case tryAgain = 75
        case notPermitted = 77
    }

    func report() {
        if let response { try? StandardOutput.show(response.compactText) }
        // It may quote a stranger; its own lines remain.
        let lines = message.split(separator: "\n", omittingEmptySubsequences: false).map { String($0).printable }
        StandardError.write("countersign: \(lines.joined(separator: "\n"))\n")
    }
}

extension CommandFailure {
    /// What the daemon's error means to a person, with every violation on a line of its own.
    init(_ error: ResponseError, asJSON: Bool) {
        let data = error.data
        let status = data?["statusCode"]?.integer ?? 500
        let retryable = data?["details"]?["retryAfterMs"] != nil
        let code: Code =
            switch status {
            case 400, 422: .refused
            case 401, 403: .notPermitted
            case 404: .notFound
            case 429: .tryAgain
            case 503: retryable ? .tryAgain : .unavailable
            default: .internalError
            }
        var lines = [error.message]
        for item in data?["details"]?.array ?? [] {
            guard let item = item.object, let message = item["message"]?.string else { continue }
            let path = item["path"]?.string ?? ""
            let rule = item["rule"]?.string.map { " [\($0)]" } ?? ""
            lines.append("  \(path): \(message)\(rule)")
        }
        if let reference = data?["reqId"]?.string { lines.append("  (\(reference) in the daemon's log)") }
        self.init(code, lines.joined(separator: "\n"), response: asJSON ? Optional(error.json) : Optional.none)
    }
}
