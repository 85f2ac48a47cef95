import DERCoding
import Testing

@testable import Issuance

struct ExtensionIdentifierTests {
    @Test("Every extension's OID is the one that its name stands for", arguments: CertificateExtension.Kind.allCases)
    func extensionIdentifiers(kind: CertificateExtension.Kind) {
        var writer = DERWriter()
        writer.objectIdentifier(kind.identifier)
        #expect(kind.identifierDER == writer.octets)
        #expect(CertificateExtension.Kind(identifierDER: writer.octets[...]) == kind)
        #expect(CertificateExtension.Kind(kind.identifier) == kind)
    }
}
