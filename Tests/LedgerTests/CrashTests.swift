import Foundation
import TestSupport
import Testing

@testable import Ledger

@Suite("kill -9")
struct CrashTests {
    @Test("at any moment, what was acknowledged is on record, no serial is there twice, and the next start goes on")
    func killed() async throws {
        var random = SeededGenerator(environment: "LEDGER_TESTS_SEED")
        let rounds = ProcessInfo.processInfo.environment["LEDGER_TESTS_CRASHES"].flatMap { Int($0) } ?? 6
        let temporary = try TemporaryJournal()
        var acknowledged: Set<UUID> = []
        for round in 0..<rounds {
            let exerciser = try Exerciser(["issue", temporary.path, "\(Int.random(in: 1...32, using: &random))"])
            #expect(exerciser.line()?.hasPrefix("open ") == true, "\(random), round \(round)")
            for _ in 0..<Int.random(in: 0...400, using: &random) {
                guard let id = certificateID(exerciser.line()) else { break }
                acknowledged.insert(id)
            }
            exerciser.kill()
            // What it said before it died, and nobody had read yet.
            while let line = exerciser.line() {
                if let id = certificateID(line) { acknowledged.insert(id) }
            }

            let (journal, recovery) = try temporary.open()
            #expect(recovery.abandoned.count <= 32)
            await journal.close()
            let records = try temporary.read().records
            let issued = Set(
                records.compactMap { record in
                    if case .issued(let issued, _) = record.body { issued.certificateID } else { nil }
                })
            #expect(acknowledged.isSubset(of: issued), "\(random), round \(round)")
            #expect(Set(records.intents.map(\.serial)).count == records.intents.count)
        }
        #expect(rounds < 3 || !acknowledged.isEmpty)
    }

    private func certificateID(_ line: String?) -> UUID? {
        guard let line, line.hasPrefix("issued ") else { return nil }
        return UUID(uuidString: String(line.dropFirst(7)))
    }
}
