package import JSONRPC

/// The params of `getCertificate`: which one.
package struct GetCertificateParams: Sendable {
    package var certificate: CertificateReference

    package init(_ params: JSONObject) throws(ShapeError) {
        var reader = ParamsReader(params)
        let certificate = reader.certificateReference()
        try reader.finish()
        guard let certificate else { throw ShapeError(problems: reader.problems) }
        self.certificate = certificate
    }
}
