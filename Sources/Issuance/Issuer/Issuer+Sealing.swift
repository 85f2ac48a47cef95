import DERCoding
import PublicKeys

extension Issuer {
    /// Puts what was prepared and its signature together, and reads the outcome back.
    ///
    /// - Throws: `IssuanceError.signatureInvalid` where it is not one by the issuer's key over exactly these bytes;
    ///   `.assemblyDiffers` where what comes of it does not read back as what was prepared.
    func seal(_ tbs: [UInt8], with signature: VerifiedSignature) throws(IssuanceError) -> [UInt8] {
        // It was verified; here it is seen to be of these bytes.
        guard
            signature.publicKey == certificate.publicKey, signature.algorithm == signatureAlgorithm,
            signature.message == tbs
        else { throw .signatureInvalid }
        var writer = DERWriter(reservingCapacity: tbs.count + signature.octets.count + algorithmIdentifier.count + 16)
        writer.constructed(DERTag.sequence) { structure in
            structure.encoded(tbs)
            structure.encoded(algorithmIdentifier)
            structure.bitString(signature.octets)
        }
        try readBack(writer.octets, tbs: tbs, signature: signature.octets)
        return writer.octets
    }

    /// What is inside of `tbs` has been linted: here it is enough that these are its bytes.
    private func readBack(_ der: [UInt8], tbs: [UInt8], signature: [UInt8]) throws(IssuanceError) {
        guard let structure = try? SignedStructure(der: der) else {
            throw .assemblyDiffers("what was assembled does not parse")
        }
        guard structure.tbs.elementsEqual(tbs) else {
            throw .assemblyDiffers("what was assembled holds other bytes than were signed")
        }
        // The inner one is among the linted bytes: RFC 5280 § 4.1.1.2 and § 5.1.1.2 want the two equal.
        guard structure.signatureAlgorithm.elementsEqual(algorithmIdentifier) else {
            throw .assemblyDiffers("the two signature algorithms differ")
        }
        guard structure.signature.elementsEqual(signature) else {
            throw .assemblyDiffers("what was assembled holds another signature than was checked")
        }
    }
}
