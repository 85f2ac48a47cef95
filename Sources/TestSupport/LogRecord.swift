package import Logging
import Synchronization

/// A log that a test can read.
package final class LogRecord: Sendable {
    private let entries = Mutex<[(level: Logger.Level, message: String)]>([])

    package init() {}

    package var logger: Logger { Logger(label: "test") { _ in Handler(record: self) } }

    /// All messages, in their order.
    package var messages: [String] { entries.withLock { $0.map(\.message) } }

    /// The messages at level error, in their order.
    package var errors: [String] { entries.withLock { $0.filter { $0.level == .error }.map(\.message) } }

    private struct Handler: LogHandler {
        let record: LogRecord
        var metadata: Logger.Metadata = [:]
        var logLevel = Logger.Level.trace

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            record.entries.withLock { $0.append((event.level, "\(event.message)")) }
        }
    }
}
