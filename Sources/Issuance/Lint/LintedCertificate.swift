import DERCoding

/// A TBSCertificate read back, beside what it was to be.
struct LintedCertificate {
    let tbs: ParsedTBSCertificate
    let extensions: [Extension]
    /// What most lints ask of the extensions, in the same order.
    let heads: [Head]
    let template: CertificateTemplate
    let serial: SerialNumber
    let issuer: Issuer
    /// By what the bytes say.
    let isCA: Bool
    let isSubjectEmpty: Bool

    struct Extension {
        let raw: ParsedExtension
        /// `nil` where the value is not one that reads back.
        let value: CertificateExtension?
    }

    /// Has nothing to retain: a walk over many costs next to nothing.
    struct Head {
        let kind: CertificateExtension.Kind?
        let isCritical: Bool
        /// X.690 § 11.5: the DEFAULT is left out, so what is encoded is TRUE.
        let hasOddCriticality: Bool
        let isEmptySequence: Bool
        let readsBack: Bool

        init(_ found: Extension) {
            kind = found.raw.kind
            isCritical = found.raw.isCritical
            hasOddCriticality = found.raw.criticality.map { !$0.elementsEqual(CollectionOfOne(0xff)) } ?? false
            isEmptySequence = found.raw.value.elementsEqual(CertificateTemplate.emptySubject)
            readsBack = found.value != nil
        }
    }

    init(tbs octets: [UInt8], template: CertificateTemplate, serial: SerialNumber, issuer: Issuer) throws(DERError) {
        var buffer = DERReader(octets)
        let element = try buffer.next(DERTag.sequence)
        try buffer.finish()
        tbs = try ParsedTBSCertificate(element, of: buffer)
        extensions = (tbs.extensions ?? []).map { raw in
            let value = raw.kind.flatMap { try? CertificateExtension($0, raw.reader, isCritical: raw.isCritical) }
            return Extension(raw: raw, value: value)
        }
        heads = extensions.map(Head.init)
        self.template = template
        self.serial = serial
        self.issuer = issuer
        isCA = extensions.contains { if case .basicConstraints(.ca)? = $0.value { true } else { false } }
        isSubjectEmpty = tbs.subject.elementsEqual(CertificateTemplate.emptySubject)
    }

    func first(_ kind: CertificateExtension.Kind) -> Extension? {
        heads.firstIndex { $0.kind == kind }.map { extensions[$0] }
    }

    /// The bits of keyUsage, where it is there and can be read.
    var keyUsage: KeyUsage? {
        if case .keyUsage(let usage)? = first(.keyUsage)?.value { usage } else { nil }
    }
}
