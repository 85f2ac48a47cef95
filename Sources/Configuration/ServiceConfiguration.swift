package import Issuance
package import PublicKeys
package import Timekeeping

/// What one configuration file says, checked: every name that it refers to exists, every path is absolute, every default filled in.
package struct ServiceConfiguration: Sendable {
    /// The file's own path, absolute.
    package let path: String
    /// SHA-256 of the file's bytes, for the record of what was loaded.
    package let hash: [UInt8]
    package let socket: Socket
    package let limits: Limits
    package let journal: Journal
    package let inventory: Inventory
    /// `nil`: none are made.
    package let checkpoints: Checkpoints?
    /// At least one.
    package let tokens: [Token]
    /// At least one.
    package let authorities: [Authority]
    package let profiles: [Profile]
    /// At least one; no uid twice.
    package let access: [AccessRule]
    package let keyPolicy: KeyPolicy

    /// Where the service listens.
    package struct Socket: Hashable, Sendable {
        /// At most 107 octets: what `sun_path` holds beside its terminating zero (unix(7)).
        package let path: String
        /// Permission bits of the socket file, within 0o666.
        package let mode: UInt16
        /// The longest line that a peer may send, in octets.
        package let maximumLineBytes: Int
    }

    /// How much the service takes on at once, and how long it waits for a peer.
    package struct Limits: Hashable, Sendable {
        package let connections: Int
        package let connectionsPerUser: Int
        /// Requests received and not yet answered.
        package let requestsInFlightPerUser: Int
        /// In characters of PEM.
        package let maximumCSRLength: Int
        /// From a line's first octet to its last.
        package let lineTimeout: Lifetime
        /// How long a peer may leave a response unread.
        package let writeTimeout: Lifetime
        /// How long a stop waits for requests in flight.
        package let drainTimeout: Lifetime
    }

    package struct Journal: Hashable, Sendable {
        package let directory: String
        /// After how many a segment is followed by another.
        package let segmentOctets: Int
    }

    /// One token of one PKCS#11 module.
    package struct Token: Hashable, Sendable {
        package let name: String
        /// The module's shared library.
        package let modulePath: String
        /// RFC 7512, token attributes only, with `token` or `serial` among them; perhaps with a `pin-source`.
        package let uri: String
        /// `nil` where the URI's `pin-source` says it.
        package let pin: PINSource?
        /// `nil`: as many as there are cores.
        package let sessions: Int?
        /// Requests that may wait for a session; one more is turned away.
        package let queueLength: Int
        /// How long one call into the module may take before its session is given up.
        package let callTimeout: Lifetime
        /// How often each key makes a test signature, unless it has signed anyway.
        package let testInterval: Lifetime
        package let isolation: Isolation
        /// What some modules want in `CK_C_INITIALIZE_ARGS.pReserved`.
        package let initializationString: String?
        /// Whether the module may be pkcs11-spy, which logs the PIN in clear.
        package let allowsSpy: Bool
    }

    /// What a module that crashes or hangs takes along.
    package enum Isolation: String, Hashable, Sendable, CaseIterable {
        /// It runs in the daemon.
        case none
        /// It runs in a process of its own.
        case process
    }

    /// Where a token's PIN is to be read.
    package enum PINSource: Hashable, Sendable {
        /// A file that only the daemon can read.
        case file(String)
        /// A systemd credential, by its name in `$CREDENTIALS_DIRECTORY`.
        case credential(String)
        /// An inherited file descriptor, from 3 on.
        case descriptor(Int32)
    }

    /// A CA: a key in a token, and the certificates above it.
    package struct Authority: Sendable {
        /// Compared without case; no two differ in case only.
        package let id: String
        /// For people; the id where none is given.
        package let name: String
        package let state: AuthorityState
        /// The name of one of `tokens`.
        package let tokenName: String
        /// RFC 7512, object attributes only, with `object` or `id` among them.
        package let keyURI: String
        /// The same private key in further tokens.
        package let replicas: [KeyPlace]
        /// Whether a key that was imported into a token is refused.
        package let requireGeneratedInToken: Bool
        /// A PEM file: the CA's own certificate first, then upwards to the root.
        package let chainPath: String
        /// `nil`: what suits the key.
        package let signatureAlgorithm: SignatureAlgorithm?
        /// For the certificates that it signs.
        package let subjectKeyIdentifier: SubjectKeyIdentifierMethod
        package let locations: Locations
        /// `nil`: it signs no intermediates.
        package let intermediates: IntermediateRules?
        /// `nil`: it signs no CRLs.
        package let crl: CRL?
    }

    /// A private key in a token.
    package struct KeyPlace: Hashable, Sendable {
        /// The name of one of `tokens`.
        package let tokenName: String
        /// RFC 7512, object attributes only, with `object` or `id` among them.
        package let keyURI: String
    }

    package enum AuthorityState: String, Hashable, Sendable, CaseIterable {
        case active
        /// It signs CRLs, and no certificates any more.
        case crlOnly
        case disabled
    }
}
