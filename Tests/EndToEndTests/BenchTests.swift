import Foundation
import JSONRPC
import TestSupport
import Testing

@Suite("countersign bench")
struct BenchTests {
    /// - Parameter limit: what a shell does before it becomes the tool.
    private func bench(_ arguments: [String], limit: String = ":") async throws -> ChildProcess {
        let daemon = try await TestBed.shared().daemon.configuration
        return try ChildProcess(
            "sh",
            ["-c", limit + #"; exec "$0" bench --profile "by p256" "$@""#, RunningDaemon.program("countersign")]
                + arguments,
            environment: daemon.environment.merging(["COUNTERSIGN_SOCKET": daemon.socket]) { $1 })
    }

    @Test("reports the token, the floor and a run for each level, in numbers above zero")
    func report() async throws {
        let bed = try await TestBed.shared()
        let ended = try await bench([
            "--seconds", "1", "--concurrency", "1,4", "--json", "--config", bed.daemon.configuration.path,
        ])
        .wait()
        #expect(ended.status == 0, "\(ended)")
        let report = try JSONValue(parsing: Array(ended.output.utf8.dropLast()))
        // JSONRPC's numbers are texts; this test wants to know which are above zero.
        func number(_ value: JSONValue?) -> Double {
            if case .number(let number)? = value { Double(number.text) ?? 0 } else { 0 }
        }
        #expect(number(report["token"]) > 0)
        #expect(number(report["floor"]) > 0)
        let runs = report["runs"]?.array ?? []
        #expect(runs.map { $0["concurrency"]?.integer } == [1, 4])
        let names = [
            "certificatesPerSecond", "p50Ms", "p99Ms", "cpuMicroseconds", "ledgerMicroseconds", "rssBytes",
            "ratioToFloor",
        ]
        for run in runs {
            #expect(run.object?.members.map(\.name) == ["concurrency"] + names)
            for name in names { #expect(number(run[name]) > 0, "\(name) of \(run)") }
            #expect(number(run["ledgerMicroseconds"]) < number(run["cpuMicroseconds"]))
        }
    }

    @Test("opens as many files as its connections need, as far as the hard limit lets it")
    func openFiles() async throws {
        let load = ["--skip-token", "--seconds", "1", "--concurrency", "64"]
        let raised = try await bench(load, limit: "ulimit -Sn 40").wait()
        #expect(raised.status == 0, "\(raised)")
        let refused = try await bench(load, limit: "ulimit -n 100").wait()
        #expect(refused.status == 69, "\(refused)")
        #expect(refused.errors.contains("128 open files"), "\(refused)")
        #expect(refused.output.isEmpty)
    }

    @Test("leaves no core dump, since it reads the PIN")
    func coreDumps() async throws {
        let running = try await bench(["--skip-token", "--seconds", "1", "--concurrency", "1"])
        let limits = try poll {
            let text = try String(contentsOfFile: "/proc/\(running.pid)/limits", encoding: .utf8)
            return text.contains(#/Max core file size +0 +0 /#) ? text : nil
        }
        #expect(!limits.isEmpty)
        #expect(try running.wait().status == 0)
    }
}
