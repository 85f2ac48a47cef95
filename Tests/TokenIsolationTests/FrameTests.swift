import Glibc
import PKCS11
import PublicKeys
import Signing
import TestSupport
import Testing

@testable import TokenIsolation

/// What crosses the socket between the daemon and a module's host.
@Suite("Frames between the daemon and a module's host")
struct FrameTests {
    /// Both ends of a socket.
    private final class Pair: Sendable {
        let ends: [Int32]

        init() throws {
            var ends: [Int32] = [-1, -1]
            guard unsafe socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &ends) == 0 else {
                throw TestSupportError("socketpair: \(errno)")
            }
            self.ends = ends
        }

        deinit { for end in ends { close(end) } }
    }

    @Test("What is written is read, empty, small and large, in its order, and then the end")
    func roundTrip() throws {
        let pair = try Pair()
        let writer = try FrameWriter(pair.ends[0], name: "test") { _ = pair }
        let frames = [0, 1, 5, 65_535, 65_536, 5_000_000, 3].enumerated().map { index, count in
            Frame(kind: UInt8(index), payload: (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 7 &+ index) })
        }
        for frame in frames { writer.send(frame) }
        writer.end()
        writer.send(Frame(kind: 9, payload: []))
        var reader = FrameReader(pair.ends[1])
        for frame in frames { #expect(try reader.next() == frame) }
        #expect(try reader.next() == nil)
    }

    @Test("A message that no frame holds is refused before it is sent")
    func longest() throws {
        let process = try HostProcess(
            HostProgram(path: "/bin/sleep", arguments: ["1000"]), name: "test", onReport: { _ in }, onEnd: { _ in })
        defer { process.kill() }
        #expect(throws: MalformedFrame.self) {
            try process.send(.sign(1, key: 0, [UInt8](repeating: 0, count: Frame.longest)))
        }
    }

    @Test("What is cut off is no message", arguments: 1..<12)
    func cutOff(_ count: Int) throws {
        let pair = try Pair()
        let octets = Frame(kind: 1, payload: [1, 2, 3, 4, 5, 6, 7]).octets
        try #require(unsafe write(pair.ends[0], octets, count) == count)
        shutdown(pair.ends[0], Int32(SHUT_WR))
        var reader = FrameReader(pair.ends[1])
        #expect(try reader.next() == nil)
    }

    @Test(
        "A length that no message has is refused, and nothing is set aside for it",
        arguments: [0, (64 << 20) + 1, .max] as [UInt32])
    func length(_ length: UInt32) throws {
        let pair = try Pair()
        var octets: [UInt8] = []
        octets.append(bigEndian: length)
        octets.append(1)
        try #require(unsafe write(pair.ends[0], octets, octets.count) == octets.count)
        var reader = FrameReader(pair.ends[1])
        #expect(throws: MalformedFrame.self) { try reader.next() }
    }

    @Test("What is neither an order nor a report is refused", arguments: 0..<8 as Range<UInt8>)
    func malformed(_ kind: UInt8) throws {
        for payload in [[], [1], Array(repeating: 0, count: 11), Array(repeating: 0x7b, count: 64)] as [[UInt8]] {
            let frame = Frame(kind: kind, payload: payload)
            let isSound = payload.count == 64 && (4...5).contains(kind) || payload.count >= 8 && kind == 5
            if isSound {
                _ = try Order(frame)
            } else {
                #expect(throws: MalformedFrame.self) { try Order(frame) }
            }
            if kind != 1 || payload.count < 8 { #expect(throws: MalformedFrame.self) { try Report(frame) } }
        }
    }

    @Test("An order to sign carries its number, its key and the whole message")
    func sign() throws {
        let order = Order.sign(0x0102_0304_0506_0708, key: 0x090a_0b0c, [0xff, 0])
        let frame = try order.frame
        #expect(frame.payload == [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 0xff, 0])
        guard case .sign(let number, let key, let message) = try Order(frame) else {
            Issue.record("\(frame)")
            return
        }
        #expect(number == 0x0102_0304_0506_0708 && key == 0x090a_0b0c && message == [0xff, 0])
    }

    @Test("A token and a key are the same on the other side, and a PIN is never told")
    func descriptions() throws {
        let configuration = TokenConfiguration(
            name: "hsm", modulePath: "/module.so", uri: try URI("pkcs11:token=a%20b;serial=1"),
            pinSource: .file("/the/pin"), sessions: 3, queueLimit: 7, deadline: .milliseconds(1500),
            initializationString: "words", allowsSpy: true, keyCheckInterval: .seconds(5),
            proofInterval: .seconds(6), latch: PINLatch(folder: "/latches", token: "hsm"))
        let told = try TokenDescription(configuration, triesOn: true)
        #expect(try told.configuration() == configuration)
        #expect(throws: SigningError.self) {
            var other = configuration
            other.pinSource = .descriptor(5)
            _ = try TokenDescription(other, triesOn: true)
        }
        let signer = try InMemorySigner(.p384)
        let key = KeyConfiguration(
            uri: try URI("pkcs11:object=ca;type=private"), publicKey: signer.publicKey, algorithm: .ecdsa(.sha384),
            requireGeneratedInToken: true)
        #expect(try KeyDescription(key, index: 4).configuration() == key)
        guard case .open(7, let again) = try Order(Order.open(7, told).frame) else {
            Issue.record("no order to open")
            return
        }
        #expect(again == told)
    }

    @Test("Every error arrives as it was")
    func errors() throws {
        let error = SigningError(.timedOut, "why \"not\"", outcome: .possiblySigned)
        guard case .refusal(3, let told) = try Report(Report.refusal(3, error).frame) else {
            Issue.record("no refusal")
            return
        }
        #expect(told == error)
    }
}
