import Signing

/// What a module's host says to the daemon.
enum Report: Sendable {
    /// The order of that number was done, and this came of it.
    case answer(UInt64, [UInt8])
    /// It was not.
    case refusal(UInt64, SigningError)
    /// How the token is: whenever that has changed, and from time to time as a sign of life.
    case status(HostStatus)

    var frame: Frame {
        get throws(MalformedFrame) {
            var payload: [UInt8] = []
            switch self {
            case .answer(let number, let octets):
                payload.append(bigEndian: number)
                payload += octets
                return Frame(kind: 1, payload: payload)
            case .refusal(let number, let error):
                payload.append(bigEndian: number)
                payload += try Frame.json(error)
                return Frame(kind: 2, payload: payload)
            case .status(let status): return Frame(kind: 3, payload: try Frame.json(status))
            }
        }
    }

    init(_ frame: Frame) throws(MalformedFrame) {
        var rest = frame.payload[...]
        switch frame.kind {
        case 1: self = .answer(try rest.takeNumber(UInt64.self), Array(rest))
        case 2: self = .refusal(try rest.takeNumber(UInt64.self), try Frame.value(rest))
        case 3: self = .status(try Frame.value(rest))
        case let kind: throw MalformedFrame("a report of kind \(kind)")
        }
    }
}

/// What came of opening a token or getting a key ready, where that is tried again by itself.
struct Fault: Codable, Hashable, Sendable {
    let error: SigningError?
}

/// How a token is, as its host sees it.
struct HostStatus: Codable, Hashable, Sendable {
    struct Key: Codable, Hashable, Sendable {
        let status: SignerStatus
        /// What a signature would fail with at once.
        let refusal: SigningError?
    }

    /// By their index.
    var keys: [UInt32: Key] = [:]
    /// Whether a call into the module has not returned in its time: for this process nothing helps against that.
    var hangs = false
}
