package import JSONRPC

/// The result of `listAuthorities`: the authorities that the caller may use.
package struct AuthorityList: Sendable, JSONEncodable {
    package let authorities: [AuthorityDescription]

    package init(authorities: [AuthorityDescription]) {
        self.authorities = authorities
    }

    package func encode(into writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("authorities", authorities)
        }
    }
}

/// One authority.
package struct AuthorityDescription: Sendable, JSONEncodable {
    package var id: String
    /// `active`, `crlOnly`, `disabled`, `expired` or `unavailable`.
    package var state: String
    /// As RFC 4514 writes it.
    package var subject: String
    /// `EC P-256`, `RSA 2048`.
    package var key: String
    package var signatureAlgorithm: String
    /// RFC 3339.
    package var notBefore: String
    /// RFC 3339.
    package var notAfter: String
    /// How many intermediates may follow it; `nil`: no limit.
    package var pathLength: Int?
    package var signsIntermediates: Bool
    /// PEM, the authority's own first.
    package var certificateChain: String

    package init(
        id: String, state: String, subject: String, key: String, signatureAlgorithm: String, notBefore: String,
        notAfter: String, pathLength: Int?, signsIntermediates: Bool, certificateChain: String
    ) {
        self.id = id
        self.state = state
        self.subject = subject
        self.key = key
        self.signatureAlgorithm = signatureAlgorithm
        self.notBefore = notBefore
        self.notAfter = notAfter
        self.pathLength = pathLength
        self.signsIntermediates = signsIntermediates
        self.certificateChain = certificateChain
    }

    package func encode(into writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("id", id)
            writer.member("state", state)
            writer.member("subject", subject)
            writer.member("key", key)
            writer.member("signatureAlgorithm", signatureAlgorithm)
            writer.member("notBefore", notBefore)
            writer.member("notAfter", notAfter)
            if let pathLength { writer.member("pathLength", pathLength) }
            writer.member("signsIntermediates", signsIntermediates)
            writer.member("certificateChain", certificateChain)
        }
    }
}
