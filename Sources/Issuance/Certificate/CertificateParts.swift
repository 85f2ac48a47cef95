import DERCoding

/// What a certificate is made of, as it is kept: the AlgorithmIdentifier outside is the one inside (RFC 5280 § 4.1.1.2).
package struct CertificateParts: Hashable, Sendable {
    package let tbs: [UInt8]
    /// The octets of the BIT STRING.
    package let signature: [UInt8]

    package init(tbs: [UInt8], signature: [UInt8]) {
        self.tbs = tbs
        self.signature = signature
    }

    /// `nil` for what these parts would not make again to the octet.
    package init?(der: [UInt8]) {
        var reader = DERReader(der)
        guard
            var parts = try? reader.sequence(), let body = try? parts.next(DERTag.sequence),
            (try? parts.next(DERTag.sequence)) != nil, let signature = try? parts.octetsOfBitString()
        else { return nil }
        tbs = Array(parts.encoding(body))
        self.signature = Array(signature)
        guard self.der == der else { return nil }
    }

    /// `nil` where there is no AlgorithmIdentifier in the TBSCertificate.
    package var der: [UInt8]? {
        var reader = DERReader(tbs)
        guard
            var fields = try? reader.sequence(), (try? fields.optional(DERTag.constructedContext(0))) != nil,
            (try? fields.next(DERTag.integer)) != nil, let algorithm = try? fields.next(DERTag.sequence)
        else { return nil }
        var writer = DERWriter(reservingCapacity: tbs.count + signature.count + 32)
        writer.constructed(DERTag.sequence) { certificate in
            certificate.encoded(tbs)
            certificate.encoded(Array(fields.encoding(algorithm)))
            certificate.bitString(signature)
        }
        return writer.octets
    }
}
