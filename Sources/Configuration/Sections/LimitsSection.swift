import Timekeeping

extension ServiceConfiguration.Limits {
    static let `default` = ServiceConfiguration.Limits(
        connections: 4096, connectionsPerUser: 256, requestsInFlightPerUser: 64, maximumCSRLength: 4096,
        lineTimeout: thirtySeconds, writeTimeout: thirtySeconds, drainTimeout: thirtySeconds)

    private static let thirtySeconds = Lifetime(seconds: 30) ?? .minute

    /// Whether the longest CSR that is taken fits into the longest line that is read.
    func check(against socket: ServiceConfiguration.Socket, in file: MappingReader) {
        // In JSON each line end of the PEM is two characters; around it stand the method and the other params.
        let needed = maximumCSRLength + maximumCSRLength / 32 + 1024
        guard socket.maximumLineBytes < needed else { return }
        _ = file.optional(file.contains("limits") ? "limits" : "socket") { (node: NodeReader) -> Void? in
            node.refuse(
                "does not fit: a CSR of \(maximumCSRLength) characters needs a maximumLineBytes of \(needed) at least")
        }
    }
}

extension NodeReader {
    func limits() -> ServiceConfiguration.Limits? {
        mapping { limits in
            let standard = ServiceConfiguration.Limits.default
            let connections = limits.optional("connections", default: standard.connections) {
                $0.wholeNumber(in: 1...1_000_000)
            }
            return ServiceConfiguration.Limits(
                connections: connections,
                connectionsPerUser: limits.optional(
                    "connectionsPerUser", default: min(standard.connectionsPerUser, connections)
                ) { $0.wholeNumber(in: 1...connections) },
                requestsInFlightPerUser: limits.optional(
                    "requestsInFlightPerUser", default: standard.requestsInFlightPerUser
                ) { $0.wholeNumber(in: 1...100_000) },
                maximumCSRLength: limits.optional("maximumCSRLength", default: standard.maximumCSRLength) {
                    $0.wholeNumber(in: 512...(1 << 20))
                },
                lineTimeout: limits.optional("lineTimeout", default: standard.lineTimeout) { $0.timeout() },
                writeTimeout: limits.optional("writeTimeout", default: standard.writeTimeout) { $0.timeout() },
                drainTimeout: limits.optional("drainTimeout", default: standard.drainTimeout) { $0.timeout() })
        }
    }
}
