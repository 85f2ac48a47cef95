package import FoundationEssentials
package import JSONRPC
package import Timekeeping

/// The params of `signCertificate`: a leaf certificate by a profile.
package struct SignCertificateParams: Sendable {
    package var profileID: UUID
    /// PEM.
    package var csr: String
    package var ttl: Lifetime
    package var notBefore: Instant?
    package var notAfter: Instant?

    /// - Parameter maximumCSRLength: in characters.
    package init(_ params: JSONObject, maximumCSRLength: Int) throws(ShapeError) {
        var reader = ParamsReader(params)
        let profileID = reader.required("profileId") { value throws(Misfit) in try value.uuid() }
        let csr = reader.required("csr") { value throws(Misfit) in try value.text(1...max(1, maximumCSRLength)) }
        let ttl = reader.required("ttl") { value throws(Misfit) in try value.lifetime() }
        notBefore = reader.optional("notBefore") { value throws(Misfit) in try value.instant() }
        notAfter = reader.optional("notAfter") { value throws(Misfit) in try value.instant() }
        try reader.finish()
        guard let profileID, let csr, let ttl else { throw ShapeError(problems: reader.problems) }
        self.profileID = profileID
        self.csr = csr
        self.ttl = ttl
    }
}
