import Logging
import PKCS11
import Signing
import TestSupport
import Testing
import Threads

@testable import TokenIsolation

/// Programs that are no hosts of a token: each is found out, and none is left behind.
@Suite("A token's process that does not do what it should")
struct HostProcessTests {
    private func configuration(deadline: Duration = .milliseconds(200)) throws -> TokenConfiguration {
        TokenConfiguration(
            name: "test", modulePath: "/module.so", uri: try URI("pkcs11:token=test"), pinSource: .file("/pin"),
            sessions: 1, deadline: deadline)
    }

    private func error(_ program: HostProgram) async throws -> SigningError? {
        let configuration = try configuration()
        do throws(SigningError) {
            let (token, fault) = try await IsolatedToken.open(
                configuration, host: program, triesOn: false,
                logger: Logger(label: "tests") { _ in SwiftLogNoOpLogHandler() })
            await token.close(within: .zero)
            return fault
        } catch {
            return error
        }
    }

    @Test("A program that cannot be run, ends at once or is killed is unavailable, with its end in words")
    func ends() async throws {
        let cases: [(HostProgram, String)] = [
            (HostProgram(path: "/nonexistent", arguments: []), "No such file"),
            (HostProgram(path: "/bin/true", arguments: []), "exit code 0"),
            (HostProgram(path: "/bin/sh", arguments: ["-c", "exit 7"]), "exit code 7"),
            (HostProgram(path: "/bin/sh", arguments: ["-c", "kill -SEGV $$"]), "signal 11"),
            // Each order comes back as if it were a report.
            (HostProgram(path: "/bin/sh", arguments: ["-c", "cat <&3 >&3"]), "not understood"),
        ]
        for (program, words) in cases {
            let error = try #require(try await error(program))
            #expect(error.kind == .unavailable && error.reason.contains(words), "\(error)")
            #expect(error.outcome == .notSigned && error.isRetryable)
        }
    }

    @Test("One that says nothing is given up in time, and ended")
    func silent() async throws {
        let error = try #require(try await error(HostProgram(path: "/bin/sleep", arguments: ["1000"])))
        #expect(error.kind == .timedOut)
    }

    @Test("A token that is tried on has its process started again and again, and is closed all the same")
    func again() async throws {
        let (token, fault) = try await IsolatedToken.open(
            configuration(), host: HostProgram(path: "/bin/sh", arguments: ["-c", "exit 1"]), triesOn: true,
            logger: Logger(label: "tests") { _ in SwiftLogNoOpLogHandler() })
        #expect(fault?.kind == .unavailable)
        let memory = try InMemorySigner(.p256)
        let (signer, keyFault) = try await token.signer(
            for: KeyConfiguration(
                uri: URI("pkcs11:object=ca"), publicKey: memory.publicKey, algorithm: memory.algorithm))
        #expect(keyFault?.kind == .unavailable)
        #expect(throws: SigningError.self) { try signer.checkReady() }
        await #expect(throws: SigningError.self) { try await signer.sign([1]) }
        #expect(signer.status.outage?.nextAttempt != nil, "\(signer.status)")
        #expect(await token.close(within: .seconds(5)))
        await #expect(throws: SigningError.self) { try await signer.sign([1]) }
    }
}
