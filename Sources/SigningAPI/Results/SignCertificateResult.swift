package import FoundationEssentials
package import JSONRPC

/// The result of `signCertificate`. PEM is RFC 7468's, 64 columns, LF.
package struct SignCertificateResult: Sendable, JSONEncodable {
    package let certificate: String
    /// Written before, since it is the same in every result of an authority.
    package let issuingCACertificate: EncodedJSON
    /// The authority's certificate and upwards to the root as configured; the leaf is not in it.
    package let certificateChain: EncodedJSON
    /// Lower-case hex of the content octets of the certificate's serialNumber.
    package let serialNumber: String
    package let certificateID: UUID

    package init(
        certificate: String, issuingCACertificate: EncodedJSON, certificateChain: EncodedJSON, serialNumber: String,
        certificateID: UUID
    ) {
        self.certificate = certificate
        self.issuingCACertificate = issuingCACertificate
        self.certificateChain = certificateChain
        self.serialNumber = serialNumber
        self.certificateID = certificateID
    }

    package func encode(into writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("certificate", certificate)
            writer.member("issuingCaCertificate", issuingCACertificate)
            writer.member("certificateChain", certificateChain)
            writer.member("serialNumber", serialNumber)
            writer.member("certificateId", certificateID.uuidString.lowercased())
        }
    }
}

/// The result of `signIntermediateCa`; the published contract has no `certificateId` here.
package struct SignIntermediateCaResult: Sendable, JSONEncodable {
    package let certificate: String
    package let certificateChain: EncodedJSON
    package let issuingCACertificate: EncodedJSON
    package let serialNumber: String

    package init(
        certificate: String, certificateChain: EncodedJSON, issuingCACertificate: EncodedJSON, serialNumber: String
    ) {
        self.certificate = certificate
        self.certificateChain = certificateChain
        self.issuingCACertificate = issuingCACertificate
        self.serialNumber = serialNumber
    }

    package func encode(into writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("certificate", certificate)
            writer.member("certificateChain", certificateChain)
            writer.member("issuingCaCertificate", issuingCACertificate)
            writer.member("serialNumber", serialNumber)
        }
    }
}
