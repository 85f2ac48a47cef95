import Glibc
package import PKCS11

/// A token, how to get into it, and how hard it may be worked.
package struct TokenConfiguration: Hashable, Sendable {
    /// The name in configuration, logs and status.
    package var name: String
    /// Absolute path of the PKCS #11 library.
    package var modulePath: String
    /// Names the token by label, serial, manufacturer, model.
    package var uri: URI
    /// `nil` where the URI's `pin-source` says it.
    package var pinSource: PINSource?
    /// Sessions that sign at the same time: as many as cores for a token in software, by latency for one behind a network.
    package var sessions: Int
    /// Requests that may wait for a session.
    package var queueLimit: Int
    /// From the request to its signature, waiting included.
    package var deadline: Duration
    /// The library's parameter string (`pReserved`), where it wants one.
    package var initializationString: String?
    /// Whether pkcs11-spy, which logs PINs in clear, may be loaded.
    package var allowsSpy: Bool
    /// How often to look whether the key is still in the token, while its copies sign.
    package var keyCheckInterval: Duration
    /// How often each key makes a test signature, unless it has signed anyway; zero: only after trouble.
    package var proofInterval: Duration
    /// Where it is noted that the PIN was refused; `nil`: only in this process.
    package var latch: PINLatch?

    package init(
        name: String, modulePath: String, uri: URI, pinSource: PINSource? = nil, sessions: Int? = nil,
        queueLimit: Int = 1024, deadline: Duration = .seconds(10), initializationString: String? = nil,
        allowsSpy: Bool = false, keyCheckInterval: Duration = .seconds(60), proofInterval: Duration = .seconds(60),
        latch: PINLatch? = nil
    ) {
        self.name = name
        self.modulePath = modulePath
        self.uri = uri
        self.pinSource = pinSource
        self.sessions = sessions ?? Self.cores
        self.queueLimit = queueLimit
        self.deadline = deadline
        self.initializationString = initializationString
        self.allowsSpy = allowsSpy
        self.keyCheckInterval = keyCheckInterval
        self.proofInterval = proofInterval
        self.latch = latch
    }

    private static var cores: Int { max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))) }
}
