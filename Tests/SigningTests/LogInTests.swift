import PKCS11
import TestSupport
import Testing
import Threads

@testable import Signing

/// When the PIN is given to the token, and when it is not any more.
@Suite("Logging in")
struct LogInTests {
    /// A key that has signed once.
    private struct Bench {
        let softToken: SoftHSMToken
        let module: FaultyModule
        let token: Token
        let signer: TokenSigner
        /// One that never asks for the PIN.
        let otherSigner: TokenSigner

        init(asksEachTime: Bool, sessions: Int, deadline: Duration = patience) async throws {
            softToken = try SoftHSMToken()
            module = try FaultyModule()
            let attributes: [Attribute] = [
                .flag(.sensitive, true), .flag(.extractable, false), .flag(.sign, true), .flag(.isPrivate, true),
                .flag(.alwaysAuthenticate, asksEachTime),
            ]
            let key = try softToken.makeKey(.p256, privateAttributes: attributes)
            let other = try softToken.makeKey(.p256)
            token = try await Token.open(
                softToken.configuration(through: module, sessions: sessions, deadline: deadline))
            signer = try await token.signer(for: key.configuration())
            otherSigner = try await token.signer(for: other.configuration())
            _ = try await signer.sign([1])
        }

        var logIns: Int { module.count(of: "C_Login") + module.count(of: "C_Login:context") }

        func refusals(_ count: Int = 1) async -> [SigningError] {
            await withTaskGroup(of: SigningError?.self) { group in
                for index in 0..<count {
                    group.addTask {
                        do throws(SigningError) {
                            _ = try await signer.sign([UInt8(truncatingIfNeeded: index)])
                            return nil
                        } catch {
                            return error
                        }
                    }
                }
                return await group.reduce(into: []) { if let error = $1 { $0.append(error) } }
            }
        }
    }

    @Test("A key that wants the PIN each time gets it between begin and sign, one use at a time")
    func asksEachTime() async throws {
        let bench = try await Bench(asksEachTime: true, sessions: 4)
        #expect(bench.signer.profile?.wantsConfirmation == true)
        let before = bench.module.calls.count
        #expect(await bench.refusals(24) == [])
        let calls = bench.module.calls.dropFirst(before).filter {
            ["C_SignInit", "C_Login:context", "C_Sign"].contains($0)
        }
        #expect(calls.count >= 24 * 3)
        for start in stride(from: 0, to: calls.count - 2, by: 3) {
            #expect(Array(calls[start..<start + 3]) == ["C_SignInit", "C_Login:context", "C_Sign"])
        }
        await bench.token.close()
    }

    @Test("A PIN that is refused for one use is not given again, by any session, for anything")
    func refusedEachTime() async throws {
        let bench = try await Bench(asksEachTime: true, sessions: 4)
        let before = bench.logIns
        try bench.module.set("C_Login:context 1 1000000 return a0")
        let refusals = await bench.refusals(12)
        #expect(refusals.count == 12)
        #expect(refusals.allSatisfy { $0.kind == .pin && $0.outcome == .notSigned && !$0.isRetryable })
        #expect(bench.logIns == before + 1)
        try bench.softToken.closeAllSessions()
        try bench.module.set()
        #expect(await bench.refusals(4).map(\.kind) == [.pin, .pin, .pin, .pin])
        await #expect(throws: SigningError.self) { try await bench.otherSigner.sign([1]) }
        #expect(bench.logIns == before + 1)
        await bench.token.close()
    }

    @Test(
        "A PIN that is locked, to be changed or at its last try is not given, be it for one use or for all",
        arguments: [true, false], ["20000", "40000", "80000"])
    func lastTry(asksEachTime: Bool, flag: String) async throws {
        let bench = try await Bench(asksEachTime: asksEachTime, sessions: 1)
        let before = bench.logIns
        try bench.module.set("C_GetTokenInfo 1 1000000 flags \(flag)")
        if !asksEachTime { try bench.softToken.closeAllSessions() }
        for _ in 0..<2 {
            let refusal = try #require(await bench.refusals().first)
            #expect(refusal.kind == .pin)
            #expect(refusal.reason.contains("in token") || refusal.reason.contains("of token"))
        }
        #expect(bench.logIns == before)
        await bench.token.close()
    }

    @Test(
        "A log-in that fails for another reason is tried once a request, and counts against the token, not the key",
        arguments: [true, false])
    func otherFailures(asksEachTime: Bool) async throws {
        let bench = try await Bench(asksEachTime: asksEachTime, sessions: 1)
        let function = asksEachTime ? "C_Login:context" : "C_Login"
        for code in ["5", "6", "7", "30", "31", "54", "b3", "101", "80000001"] {
            // The session's end is the one failure for which the request is tried again.
            try bench.softToken.closeAllSessions()
            try bench.module.set("\(function) 1 1000000 return \(code)")
            let before = bench.module.count(of: function)
            let refusal = try #require(await bench.refusals().first)
            #expect(refusal.kind == .unavailable, "\(refusal)")
            #expect(refusal.outcome == .notSigned)
            // The keeper tries as well, where it was the session that was stale.
            #expect((before + 1...before + 2).contains(bench.module.count(of: function)), "\(code)")
            try bench.module.set()
            // What the keeper waits between its tries is what bounds the tries of all requests together.
            while bench.signer.status.state != .ready { await Task.yield() }
            _ = try await bench.signer.sign([2])
        }
        #expect(bench.signer.status.state == .ready)
        await bench.token.close()
    }

    private func connection(_ configuration: TokenConfiguration) throws -> TokenConnection {
        try TokenConnection(configuration, PINGuard(configuration))
    }

    @Test("After a log-in that failed there is a pause, whoever asks", arguments: ["5", "30", "b3"])
    func pause(_ code: String) throws {
        let (softToken, module) = (try SoftHSMToken(), try FaultyModule())
        let connection = try connection(softToken.configuration(through: module))
        try softToken.closeAllSessions()
        try module.set("C_Login 1 1000000 return \(code)")
        for _ in 0..<100 { #expect(throws: PKCS11Error.self) { try connection.openSession().close() } }
        // The pauses double: with no pause, it would be a hundred.
        #expect((1...20).contains(module.count(of: "C_Login")))
        try module.set()
        var session: Result<Void, any Error>
        repeat { session = Result { try connection.openSession().close() } } while (try? session.get()) == nil
        connection.close()
    }

    @Test("While one use of a key that wants the PIN each time hangs, sessions are still there for other keys")
    func hungUse() async throws {
        await untilTasksRunAtOnce()
        let bench = try await Bench(asksEachTime: true, sessions: 2, deadline: .seconds(20))
        // Both sessions know both keys.
        while bench.token.status.sessions < 2 { _ = await bench.refusals(2) }
        let next = bench.module.count(of: "C_Sign") + 1
        try bench.module.set("C_Sign \(next) \(next) hang")
        async let first = bench.refusals()
        while bench.module.count(of: "C_Sign") < next { await Task.yield() }
        let second = try #require(await bench.refusals().first)
        #expect(second.kind == .failed && second.outcome == .notSigned && second.isRetryable)
        _ = try await bench.otherSigner.sign([3])
        #expect(await first.map(\.outcome) == [.possiblySigned])
        try bench.module.set()
        while bench.token.pool.condition.lostWorkers > 0 || bench.signer.status.state != .ready { await Task.yield() }
        _ = try await bench.signer.sign([4])
        await bench.token.close()
    }

    @Test(
        "While a PIN that is given for one use hangs, another key gets a new session, be it logged in still or not",
        arguments: [true, false])
    func hungConfirmation(isLoggedIn: Bool) async throws {
        await untilTasksRunAtOnce()
        let bench = try await Bench(asksEachTime: true, sessions: 2, deadline: .seconds(20))
        while bench.token.status.sessions < 2 { _ = await bench.refusals(2) }
        let next = bench.module.count(of: "C_Login:context") + 1
        let hang = "C_Login:context \(next) \(next) hang"
        try bench.module.set(hang)
        async let first = bench.refusals()
        while bench.module.count(of: "C_Login:context") < next { await Task.yield() }
        if isLoggedIn {
            let failing = bench.module.count(of: "C_SignInit") + 1
            try bench.module.set(hang, "C_SignInit \(failing) \(failing) return 30")
        } else {
            try bench.softToken.closeAllSessions()
        }
        let opened = bench.module.count(of: "C_OpenSession")
        _ = try await bench.otherSigner.sign([3])
        #expect(bench.module.count(of: "C_OpenSession") > opened)
        #expect(await first.map(\.kind) == [.timedOut])
        try bench.module.set()
        while bench.token.pool.condition.lostWorkers > 0 || bench.signer.status.state != .ready { await Task.yield() }
        _ = try await bench.signer.sign([4])
        await bench.token.close()
    }

    @Test("Behind a log-in that hangs, a use that wants the PIN fails in time, and what is told of the token is told")
    func hungLogIn() async throws {
        let (softToken, module) = (try SoftHSMToken(), try FaultyModule())
        let connection = try connection(softToken.configuration(through: module, deadline: .milliseconds(200)))
        try softToken.closeAllSessions()
        try module.set("C_Login 2 2 hang")
        async let opened = OSThread.run(name: "hung", limit: patience) { () throws(SigningError) in
            do throws(PKCS11Error) {
                try connection.openSession().close()
            } catch {
                throw SigningError(.failed, "\(error)")
            }
        }
        while module.count(of: "C_Login") < 2 { await Task.yield() }
        let reason = try await OSThread.run(name: "use", limit: patience) { () throws(SigningError) in
            do throws(SessionFault) {
                try connection.oneAtATime { () throws(SessionFault) in }
                return "was let through"
            } catch {
                return error.reason
            }
        }
        #expect(reason == SessionFault(.occupied).reason)
        #expect(try connection.tokenInfo().serial == softToken.serial)
        try module.set()
        try await opened
        connection.close()
    }
}
