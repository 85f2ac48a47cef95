package import JSONRPC

/// The result of `getStatus`.
package struct ServiceStatus: Sendable, JSONEncodable {
    /// `ok`; `degraded` where an authority cannot sign; `stopped` where none can, or the journal takes no records.
    package var state: String
    package var version: String
    /// RFC 3339.
    package var startedAt: String
    package var uptimeSeconds: Int64
    /// SHA-256 of the configuration file, in hex.
    package var configuration: String
    package var journal: Journal
    package var inventory: Inventory
    package var authorities: [Authority]

    package init(
        state: String, version: String, startedAt: String, uptimeSeconds: Int64, configuration: String,
        journal: Journal, inventory: Inventory, authorities: [Authority]
    ) {
        self.state = state
        self.version = version
        self.startedAt = startedAt
        self.uptimeSeconds = uptimeSeconds
        self.configuration = configuration
        self.journal = journal
        self.inventory = inventory
        self.authorities = authorities
    }

    package func encode(into writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("state", state)
            writer.member("version", version)
            writer.member("startedAt", startedAt)
            writer.member("uptimeSeconds", uptimeSeconds)
            writer.member("configuration", configuration)
            writer.member("journal", journal)
            writer.member("inventory", inventory)
            writer.member("authorities", authorities)
        }
    }

    package struct Journal: Sendable, JSONEncodable {
        /// `running`; `refusing` while no intent is accepted, to begin again by itself; `stopped` until a restart.
        package var state: String
        /// Why it is not running.
        package var reason: String?
        /// The last record's sequence number.
        package var sequence: UInt64
        /// The last record's SHA-256, in hex.
        package var head: String
        package var openIntents: Int

        package init(state: String, reason: String?, sequence: UInt64, head: String, openIntents: Int) {
            self.state = state
            self.reason = reason
            self.sequence = sequence
            self.head = head
            self.openIntents = openIntents
        }

        package func encode(into writer: inout JSONWriter) {
            writer.object { writer in
                writer.member("state", state)
                if let reason { writer.member("reason", reason) }
                writer.member("sequence", Int64(clamping: sequence))
                writer.member("head", head)
                writer.member("openIntents", openIntents)
            }
        }
    }

    package struct Inventory: Sendable, JSONEncodable {
        /// `running`, or `unavailable`, which is tried again by itself. Nothing that is signed waits for it.
        package var state: String
        /// Why it is unavailable.
        package var reason: String?
        /// The last record of the journal that can be looked up.
        package var position: UInt64

        package init(state: String, reason: String?, position: UInt64) {
            self.state = state
            self.reason = reason
            self.position = position
        }

        package func encode(into writer: inout JSONWriter) {
            writer.object { writer in
                writer.member("state", state)
                if let reason { writer.member("reason", reason) }
                writer.member("position", Int64(clamping: position))
            }
        }
    }

    /// The CRL of an authority.
    package struct CRL: Sendable, JSONEncodable {
        /// In decimal; `nil` where there is none yet, as the others then.
        package var number: String?
        /// RFC 3339.
        package var thisUpdate: String?
        package var nextUpdate: String?
        package var entries: Int?
        /// Why the next one was not made.
        package var lastError: String?
        /// `nil` where there are none.
        package var partitions: CRLPartitions?

        package init(
            number: String?, thisUpdate: String?, nextUpdate: String?, entries: Int?, lastError: String?,
            partitions: CRLPartitions?
        ) {
            self.partitions = partitions
            self.number = number
            self.thisUpdate = thisUpdate
            self.nextUpdate = nextUpdate
            self.entries = entries
            self.lastError = lastError
        }

        package func encode(into writer: inout JSONWriter) {
            writer.object { writer in
                writer.member("number", number)
                writer.member("thisUpdate", thisUpdate)
                writer.member("nextUpdate", nextUpdate)
                if let entries { writer.member("entries", entries) }
                if let lastError { writer.member("lastError", lastError) }
                if let partitions { writer.member("partitions", partitions) }
            }
        }
    }

    /// The CRLs of an authority's partitions.
    package struct CRLPartitions: Sendable, JSONEncodable {
        /// Those whose CRLs are made.
        package var count: Int
        /// Those that have one.
        package var published: Int
        /// When the first of them expires, in RFC 3339.
        package var nextUpdate: String?
        /// Why one of them was not made.
        package var lastError: String?

        package init(count: Int, published: Int, nextUpdate: String?, lastError: String?) {
            self.count = count
            self.published = published
            self.nextUpdate = nextUpdate
            self.lastError = lastError
        }

        package func encode(into writer: inout JSONWriter) {
            writer.object { writer in
                writer.member("count", count)
                writer.member("published", published)
                writer.member("nextUpdate", nextUpdate)
                if let lastError { writer.member("lastError", lastError) }
            }
        }
    }

    package struct Authority: Sendable, JSONEncodable {
        package var id: String
        /// `active`, `crlOnly`, `disabled`, `expired` or `unavailable`.
        package var state: String
        /// Why it is unavailable.
        package var reason: String?
        /// The token's name in the configuration.
        package var token: String
        package var signatureAlgorithm: String
        package var sessions: Int
        package var queued: Int
        /// Since the daemon's start.
        package var signatures: Int64
        package var lastError: String?
        /// For how long the token, or the key in it, has not signed, where that is so.
        package var outageMs: Int64?
        /// When it is tried again, where it is.
        package var nextAttemptMs: Int64?
        /// Its key, in each token that it lies in.
        package var keys: [Key]
        /// `nil` for one that signs no CRLs.
        package var crl: CRL?

        package init(
            id: String, state: String, reason: String?, token: String, signatureAlgorithm: String, sessions: Int,
            queued: Int, signatures: Int64, lastError: String?, outageMs: Int64? = nil, nextAttemptMs: Int64? = nil,
            keys: [Key] = [], crl: CRL?
        ) {
            self.keys = keys
            self.outageMs = outageMs
            self.nextAttemptMs = nextAttemptMs
            self.crl = crl
            self.id = id
            self.state = state
            self.reason = reason
            self.token = token
            self.signatureAlgorithm = signatureAlgorithm
            self.sessions = sessions
            self.queued = queued
            self.signatures = signatures
            self.lastError = lastError
        }

        package func encode(into writer: inout JSONWriter) {
            writer.object { writer in
                writer.member("id", id)
                writer.member("state", state)
                if let reason { writer.member("reason", reason) }
                writer.member("token", token)
                writer.member("signatureAlgorithm", signatureAlgorithm)
                writer.member("sessions", sessions)
                writer.member("queued", queued)
                writer.member("signatures", signatures)
                if let lastError { writer.member("lastError", lastError) }
                if let outageMs { writer.member("outageMs", outageMs) }
                if let nextAttemptMs { writer.member("nextAttemptMs", nextAttemptMs) }
                writer.member("keys", keys)
                if let crl { writer.member("crl", crl) }
            }
        }
    }
}
