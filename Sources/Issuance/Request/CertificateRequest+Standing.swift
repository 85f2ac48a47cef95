import DERCoding
package import PublicKeys

extension CertificateRequest {
    /// Stands for a request where nobody has to show that the CA holds its key: it has a certificate for it already, or the key is in a token that
    /// is at hand.
    ///
    /// - Parameters:
    ///   - subject: the DER of the Name.
    ///   - octets: what stands for the request, for its hash in the record.
    /// - Throws: `IssuanceError.refused` for a key or name that nobody is certified with.
    package init(
        ofCA subject: [UInt8], with publicKey: PublicKey, standingIn octets: [UInt8], policy: KeyPolicy
    ) throws(IssuanceError) {
        var violations = policy.violations(of: publicKey)
        var buffer = DERReader(subject)
        let name: DistinguishedName
        do throws(DERError) {
            let element = try buffer.next(DERTag.sequence)
            try buffer.finish()
            name = try DistinguishedName(reading: element, of: buffer, at: "subject", violations: &violations)
        } catch {
            throw .refused([Violation(.requestDER, at: "subject", "The subject is malformed: \(error).")])
        }
        guard violations.isEmpty else { throw .refused(violations) }
        self.init(der: octets, subject: name, publicKey: publicKey, extensions: [], otherAttributes: [])
    }
}
