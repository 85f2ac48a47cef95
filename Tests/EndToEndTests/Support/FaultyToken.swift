import Foundation
import JSONRPC
import TestSupport
import Testing

/// Whether the daemon signs, whatever its token does.
///
/// A token's fault is never the request's: it is a 503, or the test fails.
func sign(_ client: WireClient, _ bed: TestBed, by authority: String = "p256") throws -> Bool {
    do {
        _ = try client.call("signCertificate", bed.params(by: authority)).get()
        return true
    } catch let error as ResponseError {
        #expect(error.code == 503, "\(error)")
        return false
    }
}

func untilSigned(_ client: WireClient, _ bed: TestBed, by authority: String = "p256") throws {
    let _: Bool = try poll { try sign(client, bed, by: authority) ? true : nil }
}

extension TestConfiguration {
    /// Its operator's word that the PIN may be tried again.
    func unlatch() throws {
        let ended = try ChildProcess.run(
            RunningDaemon.program("countersign"), ["token", "unlatch", "main", "--config", path])
        #expect(ended.status == 0, "\(ended)")
    }
}
