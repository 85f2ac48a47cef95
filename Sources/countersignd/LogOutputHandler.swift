import FoundationEssentials
import Logging

/// One logger of that output, in the form that swift-log's own has: time, level, label, metadata, target, message.
struct LogOutputHandler: LogHandler {
    let label: String
    let output: LogOutput
    var metadata: Logger.Metadata = [:]
    var logLevel: Logger.Level = .info

    init(label: String, output: LogOutput) {
        self.label = label
        self.output = output
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let all = metadata.merging(event.metadata ?? [:]) { $1 }
        let pairs = all.sorted { $0.key < $1.key }.map { " \($0.key)=\($0.value)" }.joined()
        output.append(
            "\(Date.now.ISO8601Format()) \(event.level) \(label):\(pairs) [\(event.source)] \(event.message)\n")
    }
}
