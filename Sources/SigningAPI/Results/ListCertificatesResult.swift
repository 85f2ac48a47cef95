package import JSONRPC

/// The result of `listCertificates`: a page, the newest first.
package struct ListCertificatesResult: Sendable, JSONEncodable {
    package let certificates: [CertificateDescription]
    /// What the next page is asked for with; `nil` where this is the last.
    package let nextCursor: String?
    /// The sequence number of the last record that the inventory had read.
    package let position: UInt64

    package init(certificates: [CertificateDescription], nextCursor: String?, position: UInt64) {
        self.certificates = certificates
        self.nextCursor = nextCursor
        self.position = position
    }

    package func encode(into writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("certificates", certificates)
            writer.member("nextCursor", nextCursor)
            writer.member("position", Int64(clamping: position))
        }
    }
}
