import Issuance

/// What becomes, under a profile that is open to all that can be certified, of those CSRs in the corpus that the judges disagree
/// about, whose keys not every policy takes, or that all of them take and we do not; by the name of the file, which is a hash. The
/// whole list of broken rules is pinned, and why.
enum RequestCorpusPins {
    enum Outcome: Equatable {
        case accepted
        case refused([Rule])
    }

    struct Pin {
        let outcome: Outcome
        let reason: String

        init(_ outcome: Outcome, _ reason: String) {
            self.outcome = outcome
            self.reason = reason
        }
    }

    static let all: [String: Pin] = [
        "01e788fd6926687c": Pin(.refused([.rsaModulusSize]), "an RSA key below 2048 bits"),
        "0440f9ecdf4bc446": Pin(.refused([.rsaModulusSize]), "an RSA key of 1048 bits"),
        "0651116f2ce842ba": Pin(.refused([.publicKeyAlgorithm, .signatureAlgorithm]), "a DSA key"),
        "0d42ad0fa668ebf2": Pin(.accepted, "Ed25519, which a stricter key policy than ours leaves out"),
        "14d67c8ca0fc130f": Pin(.refused([.requestVersion]), "version 2, as old releases of Certbot wrote it"),
        "18517713f22707c4": Pin(.refused([.signatureWeakHash]), "signed with SHA-1"),
        "1b0aa9dca7bdf87d": Pin(.refused([.rsaModulusSize]), "an RSA key below 2048 bits"),
        "1ecc81d531c61bca": Pin(.refused([.rsaModulusSize]), "an RSA key below 2048 bits"),
        "1ed7d68b5b384225": Pin(
            .refused([.subjectLength]), "a countryName of 13 characters, where two letters are allowed"),
        "28904ef94a2e00a2": Pin(.refused([.rsaModulusSize]), "an RSA key below 2048 bits"),
        "3dd663dfae7bed40": Pin(.refused([.rsaModulusSize]), "an RSA key below 2048 bits"),
        "3eb5b7d7b67e1f9c": Pin(
            .refused([.pathLengthWithoutCA, .malformedExtension, .rsaModulusSize]),
            "a path length without cA, a keyUsage of nine bits, none of them set, and an RSA key of 1024 bits"),
        "41fd75957369b9b2": Pin(
            .refused([.unnamedCurve]), "the curve is given by its parameters; only named curves are taken"),
        "50c881fbb7865376": Pin(
            .refused([.sanKind]),
            "an otherName among the subject alternative names, a user principal name, which no profile can admit"),
        "54c6453730659936": Pin(.refused([.rsaModulusSize]), "an RSA key below 2048 bits"),
        "611a5264137ab61f": Pin(
            .refused([.pathLengthWithoutCA, .malformedExtension, .rsaModulusSize]),
            "a path length without cA, a keyUsage of nine bits, none of them set, and an RSA key of 1024 bits"),
        "632c2a88cf14b867": Pin(
            .refused([.unnamedCurve]), "the curve is given by its parameters; only named curves are taken"),
        "639e6302bf6437f3": Pin(.refused([.rsaModulusSize]), "an RSA key below 2048 bits"),
        "63adcb556f63b7fa": Pin(
            .refused([.sanKind]),
            "an otherName as subject alternative name, a user principal name, which no profile can admit"),
        "63d7aa2008493867": Pin(.refused([.signatureWeakHash]), "signed with MD5"),
        "63ee512150dcff25": Pin(
            .refused([.rsaModulusSize]),
            "an RSA key of 1024 bits; an extension's OID has an arc over 2³¹, which Go's parser does not take"),
        "6bbde232eeb759f0": Pin(.accepted, "P-521, which a stricter key policy than ours leaves out"),
        "6e065c09f4553299": Pin(.accepted, "P-521, which a stricter key policy than ours leaves out"),
        "7ca895314f760453": Pin(.refused([.rsaModulusSize]), "an RSA key below 2048 bits"),
        "7ed1d3d0e084cb14": Pin(
            .refused([.malformedExtension, .rsaModulusSize]),
            "a keyUsage with zero bits at its end, and an RSA key of 1024 bits"),
        "7f838f597ca225d0": Pin(
            .refused([.signatureWeakHash, .rsaModulusSize]), "signed with SHA-1, by an RSA key below 2048 bits"),
        "80e277fff321830d": Pin(.accepted, "Ed25519, which a stricter key policy than ours leaves out"),
        "92e7503efcc8037f": Pin(
            .refused([.requestDER]), "the attributes, which RFC 2986 § 4.1 does not let be absent, are missing"),
        "9abc0826151c066b": Pin(
            .refused([.signatureWeakHash, .rsaModulusSize]), "signed with MD5, by an RSA key below 2048 bits"),
        "9db5d5977ff7006d": Pin(.refused([.rsaModulusSize]), "an RSA key below 2048 bits"),
        "9ebf68bdae1c018b": Pin(.refused([.rsaModulusSize]), "an RSA key below 2048 bits"),
        "a0fe42331b9ad103": Pin(.refused([.rsaModulusSize]), "an RSA key below 2048 bits"),
        "a6fd18a8222a1005": Pin(
            .refused([.emailAddressInSAN]), "an emailAddress in the subject that is no rfc822Name"),
        "aa9ca48b01eba9c0": Pin(
            .refused([.emailAddressInSAN]), "an emailAddress in the subject that is no rfc822Name"),
        "ac8375b642abecf1": Pin(.accepted, "Ed25519, which a stricter key policy than ours leaves out"),
        "ae12492146e9f6a8": Pin(
            .refused([.publicKeyAlgorithm, .signatureWeakHash]), "a DSA key, which signed with SHA-1"),
        "af13359ba0f55314": Pin(.refused([.requestVersion]), "version 2, as old releases of Certbot wrote it"),
        "c37bdb6f0565b5db": Pin(.refused([.rsaModulusSize]), "an RSA key below 2048 bits"),
        "c962d309efc39dd4": Pin(.refused([.requestVersion]), "version 2, as old releases of Certbot wrote it"),
        "cb9aca2e91ca81a8": Pin(.refused([.requestVersion]), "version 2, as old releases of Certbot wrote it"),
        "cc3a975a7598df09": Pin(.refused([.requestVersion]), "version 2, as old releases of Certbot wrote it"),
        "d0010693b0b8c6f3": Pin(.refused([.rsaModulusSize]), "an RSA key below 2048 bits"),
        "d3197b4f2f11aa8d": Pin(.refused([.rsaModulusSize]), "an RSA key below 2048 bits"),
        "d3bbe6b4705065d7": Pin(
            .refused([.subjectLength, .malformedExtension, .rsaModulusSize]),
            "a common name of 239 characters, a keyUsage with zero bits at its end, and an RSA key of 1024 bits"),
        "d4562d39c4355ee1": Pin(.accepted, "Ed25519, which a stricter key policy than ours leaves out"),
        "d669f45bcb538ef7": Pin(
            .refused([.alternativeNameCharacters, .rsaModulusSize]),
            "dNSNames outside ASCII, and an RSA key of 512 bits"),
        "dc93a15c577c8f37": Pin(.refused([.publicKeyAlgorithm, .signatureAlgorithm]), "a DSA key"),
        "df82d37feabbf210": Pin(.refused([.requestVersion]), "version 2, as old releases of Certbot wrote it"),
        "e041e444ca564cfd": Pin(.refused([.rsaModulusSize]), "an RSA key below 2048 bits"),
        "e19ce25aea823ac6": Pin(.refused([.requestDER]), "octets after the end of the request"),
        "e2638ca3e90803b3": Pin(
            .refused([.requestDER]), "the attributes, which RFC 2986 § 4.1 does not let be absent, are missing"),
        "e818ab2851888c29": Pin(
            .refused([.signatureWeakHash, .rsaModulusSize]), "signed with SHA-1, by an RSA key below 2048 bits"),
        "e9f47f9e2b0df70b": Pin(
            .refused([.signatureWeakHash, .rsaModulusSize]), "signed with MD5, by an RSA key below 2048 bits"),
        "eb074d68ad2226b0": Pin(
            .refused([.rsaFermat]), "a modulus of two close primes, which Fermat's method factors at once"),
        "ebf857129aac5e2b": Pin(
            .refused([.subjectLength, .rsaModulusSize]),
            "values of 239 and 240 characters in the subject, and an RSA key of 1024 bits"),
        "f0466b4e7c40d894": Pin(
            .refused([.malformedExtension, .rsaModulusSize]),
            "a keyUsage with zero bits at its end, and an RSA key of 1024 bits"),
        "f60d03b0c2ff55b9": Pin(
            .refused([.malformedExtension]),
            "a keyUsage with zero bits at its end, which DER leaves out; GnuTLS before 3.7.2 (2021) wrote so"),
    ]
}
