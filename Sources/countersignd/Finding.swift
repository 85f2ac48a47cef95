/// What `--check` made of one thing.
enum Finding {
    case sound(String)
    /// It works, and will not under the load that the configuration allows.
    case warning(String)
    case fault(String)

    var text: String {
        switch self {
        case .sound(let text): text
        case .warning(let text): "warning: \(text)"
        case .fault(let text): text
        }
    }

    var isFault: Bool {
        if case .fault = self { true } else { false }
    }
}
