import Glibc
package import Logging
import PublicKeys
import Signing
import Synchronization
import Threads

/// The process in which a token's module runs apart from the daemon: it does as it is told over a socket, until that ends.
package final class ModuleHost: Sendable {
    /// Where the daemon's end of the conversation is.
    package static let descriptor: Int32 = 3

    private let writer: FrameWriter
    private let logger: Logger
    private let state = Mutex(State())

    private struct State {
        var token: Token?
        var keys: [UInt32: any Signer] = [:]
        var lastStatus: HostStatus?
        /// Signatures that are being made, by their orders' numbers.
        var signing: [UInt64: Task<Void, Never>] = [:]
    }

    private init(logger: Logger) throws(OSThread.Failure) {
        self.logger = logger
        writer = try FrameWriter(Self.descriptor, name: "report")
    }

    /// Serves until the daemon says no more.
    ///
    /// - Returns: the exit code, as sysexits.h has them.
    package static func run(logger: Logger) async -> Int32 {
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFSOCK else {
            logger.error("a module's host is started by the daemon, which talks to it, and by nobody else")
            return EX_USAGE
        }
        // What a module starts is not to hold it open.
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        do throws(OSThread.Failure) {
            let host = try ModuleHost(logger: logger)
            return await host.serve()
        } catch {
            logger.error("a module's host has no threads", metadata: ["code": "\(error.code)"])
            return EX_OSERR
        }
    }

    private func serve() async -> Int32 {
        let (orders, feed) = AsyncStream.makeStream(of: Result<Order, MalformedFrame>.self)
        do throws(OSThread.Failure) {
            try OSThread(name: "orders") { self.read(into: feed) }.detach()
        } catch {
            return EX_OSERR
        }
        let reporting = Task { await report() }
        defer { reporting.cancel() }
        for await order in orders {
            switch order {
            case .success(let order): await perform(order)
            case .failure(let error):
                logger.error("the daemon is not understood", metadata: ["cause": "\(error.reason)"])
                return EX_PROTOCOL
            }
        }
        let token = state.withLock { $0.token }
        // Nobody hears what is signed now.
        for task in state.withLock({ Array($0.signing.values) }) { task.cancel() }
        await token?.close()
        return EX_OK
    }

    /// What signs goes its way at once; the rest is done one by one.
    private func read(into feed: AsyncStream<Result<Order, MalformedFrame>>.Continuation) {
        var reader = FrameReader(Self.descriptor)
        do throws(MalformedFrame) {
            while let frame = try reader.next() {
                switch try Order(frame) {
                case .sign(let number, let key, let message): sign(number, key, message)
                case .cancel(let number): state.withLock { $0.signing[number] }?.cancel()
                case let order: feed.yield(.success(order))
                }
            }
        } catch {
            feed.yield(.failure(error))
        }
        feed.finish()
    }

    private func perform(_ order: Order) async {
        switch order {
        case .identify(let number, let token):
            await answer(number) { () throws(SigningError) in
                try await TokenIdentity(of: try token.configuration())
            }
        case .open(let number, let token):
            await answer(number) { () throws(SigningError) in try await self.open(token) }
        case .prepare(let number, let key):
            await answer(number) { () throws(SigningError) in try await self.prepare(key) }
        case .sign, .cancel: break
        }
    }

    private func open(_ description: TokenDescription) async throws(SigningError) -> Fault {
        let configuration = try description.configuration()
        guard description.triesOn else {
            let token = try await Token.open(configuration, logger: logger)
            state.withLock { $0.token = token }
            return Fault(error: nil)
        }
        let (token, fault) = try await Token.keep(configuration, logger: logger)
        state.withLock { $0.token = token }
        return Fault(error: fault)
    }

    private func prepare(_ description: KeyDescription) async throws(SigningError) -> Fault {
        guard let token = state.withLock({ $0.token }) else { throw SigningError(.notOpened, "the token is not open") }
        let (signer, fault) = try await token.keptSigner(for: description.configuration())
        state.withLock { $0.keys[description.index] = signer }
        // Before the answer: whoever has that may ask for a signature.
        reportStatus()
        return Fault(error: fault)
    }

    private func answer(_ number: UInt64, _ body: () async throws(SigningError) -> some Encodable) async {
        do throws(SigningError) {
            let value = try await body()
            guard let octets = try? Frame.json(value) else { return }
            send(.answer(number, octets))
        } catch {
            send(.refusal(number, error))
        }
    }

    // MARK: - Signing

    private func sign(_ number: UInt64, _ key: UInt32, _ message: [UInt8]) {
        guard let signer = state.withLock({ $0.keys[key] }) else {
            return send(.refusal(number, SigningError(.notOpened, "the key is not ready")))
        }
        // Under the lock: it is there to be cancelled before it can be done.
        state.withLock { state in
            state.signing[number] = Task { await self.sign(number, signer, message) }
        }
    }

    private func sign(_ number: UInt64, _ signer: any Signer, _ message: [UInt8]) async {
        let report: Report
        do throws(SigningError) {
            report = .answer(number, try await signer.sign(message).octets)
        } catch {
            // First, so that nothing more is asked of a key that is out of reach.
            reportStatus()
            report = .refusal(number, error)
        }
        state.withLock { $0.signing[number] = nil }
        send(report)
    }

    // MARK: - Reports

    private static let lookInterval = Duration.milliseconds(200)
    /// Looks after which a status is told again, as a sign of life.
    private static let looksToSign = 5

    private func report() async {
        var looks = 0
        while !Task.isCancelled {
            looks += 1
            if looks >= Self.looksToSign {
                state.withLock { $0.lastStatus = nil }
                looks = 0
            }
            reportStatus()
            try? await Task.sleep(for: Self.lookInterval)
        }
    }

    /// Where it is another than the one that was told last.
    private func reportStatus() {
        let (token, keys) = state.withLock { ($0.token, $0.keys) }
        var status = HostStatus()
        status.hangs = token?.hangs ?? false
        for (index, signer) in keys {
            var refusal: SigningError?
            do throws(SigningError) { try signer.checkReady() } catch { refusal = error }
            status.keys[index] = HostStatus.Key(status: signer.status, refusal: refusal)
        }
        let isNews = state.withLock { state in
            defer { state.lastStatus = status }
            return state.lastStatus != status
        }
        if isNews { send(.status(status)) }
    }

    private func send(_ report: Report) {
        guard let frame = try? report.frame else { return }
        writer.send(frame)
    }
}
