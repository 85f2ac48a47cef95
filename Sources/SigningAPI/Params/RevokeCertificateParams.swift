package import JSONRPC

/// The params of `revokeCertificate`: which one, and why.
package struct RevokeCertificateParams: Sendable {
    package var certificate: CertificateReference
    /// One of those that are offered; unspecified where none is given.
    package var reason: RevocationReason

    package init(_ params: JSONObject) throws(ShapeError) {
        var reader = ParamsReader(params)
        let certificate = reader.certificateReference()
        let reason = reader.optional("reason") { value throws(Misfit) in try value.revocationReason() }
        try reader.finish()
        guard let certificate else { throw ShapeError(problems: reader.problems) }
        self.certificate = certificate
        self.reason = reason ?? .unspecified
    }
}

extension JSONValue {
    fileprivate func revocationReason() throws(Misfit) -> RevocationReason {
        let name = try text()
        do { return try RevocationReason(offered: name) } catch { throw Misfit(error.description) }
    }
}
