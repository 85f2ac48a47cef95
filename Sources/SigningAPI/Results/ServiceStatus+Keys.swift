package import JSONRPC

extension ServiceStatus {
    /// An authority's key in one of the tokens that it lies in.
    package struct Key: Sendable, JSONEncodable {
        /// The token's name in the configuration.
        package var token: String
        /// `ready` or `unavailable`.
        package var state: String
        /// Why it is unavailable.
        package var reason: String?
        /// Of the token, all of its keys together.
        package var sessions: Int
        /// Of the token, all of its keys together.
        package var queued: Int
        /// Since the daemon's start.
        package var signatures: Int64
        package var testSignatures: Int64
        /// `nil` where nothing was signed of late.
        package var latencies: Latencies?
        package var lastError: String?
        /// For how long it has not signed, where that is so.
        package var outageMs: Int64?
        /// When it is tried again, where it is.
        package var nextAttemptMs: Int64?

        package init(
            token: String, state: String, reason: String?, sessions: Int, queued: Int, signatures: Int64,
            testSignatures: Int64, latencies: Latencies?, lastError: String?, outageMs: Int64?, nextAttemptMs: Int64?
        ) {
            self.token = token
            self.state = state
            self.reason = reason
            self.sessions = sessions
            self.queued = queued
            self.signatures = signatures
            self.testSignatures = testSignatures
            self.latencies = latencies
            self.lastError = lastError
            self.outageMs = outageMs
            self.nextAttemptMs = nextAttemptMs
        }

        package func encode(into writer: inout JSONWriter) {
            writer.object { writer in
                writer.member("token", token)
                writer.member("state", state)
                if let reason { writer.member("reason", reason) }
                writer.member("sessions", sessions)
                writer.member("queued", queued)
                writer.member("signatures", signatures)
                writer.member("testSignatures", testSignatures)
                if let latencies { writer.member("latencyUs", latencies) }
                if let lastError { writer.member("lastError", lastError) }
                if let outageMs { writer.member("outageMs", outageMs) }
                if let nextAttemptMs { writer.member("nextAttemptMs", nextAttemptMs) }
            }
        }
    }

    /// How long signatures took in the token over the last one to two minutes, in microseconds, waiting for a session not counted.
    package struct Latencies: Sendable, JSONEncodable {
        package var count: Int64
        package var p50: Int64
        package var p90: Int64
        package var p99: Int64

        package init(count: Int64, p50: Int64, p90: Int64, p99: Int64) {
            self.count = count
            self.p50 = p50
            self.p90 = p90
            self.p99 = p99
        }

        package func encode(into writer: inout JSONWriter) {
            writer.object { writer in
                writer.member("count", count)
                writer.member("p50", p50)
                writer.member("p90", p90)
                writer.member("p99", p99)
            }
        }
    }
}
