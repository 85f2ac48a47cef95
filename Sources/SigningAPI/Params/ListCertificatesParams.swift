package import FoundationEssentials
package import JSONRPC
package import Timekeeping

/// The params of `listCertificates`: which ones, each filter narrowing what the others leave, and how many of them at once.
package struct ListCertificatesParams: Sendable {
    package var caID: String?
    package var profileID: UUID?
    /// `*` stands for any run of characters, and every other character for itself in either case.
    package var subjectPattern: String?
    /// The same, of any one of the alternative names.
    package var alternativeNamePattern: String?
    /// SHA-256 of the request's DER: 32 octets.
    package var csrHash: [UInt8]?
    package var requesterUID: UInt32?
    package var status: CertificateStatus?
    /// Those whose last second lies before it.
    package var expiresBefore: Instant?
    /// 1 to 500.
    package var limit: Int
    /// Where the last page ended, in its own words.
    package var cursor: String?

    package static let maximumLimit = 500
    private static let defaultLimit = 100
    private static let maximumCursorLength = 200
    /// A pattern is tried on every name that there is; no name that is looked for is longer than a DNS name.
    private static let maximumPatternLength = 256
    private static let hashLength = 32

    package init(_ params: JSONObject) throws(ShapeError) {
        var reader = ParamsReader(params)
        caID = reader.optional("caId") { value throws(Misfit) in try value.text() }
        profileID = reader.optional("profileId") { value throws(Misfit) in try value.uuid() }
        subjectPattern = reader.optional("subject") { value throws(Misfit) in
            try value.text(1...Self.maximumPatternLength)
        }
        alternativeNamePattern = reader.optional("subjectAlternativeName") { value throws(Misfit) in
            try value.text(1...Self.maximumPatternLength)
        }
        csrHash = reader.optional("csrSha256") { value throws(Misfit) in
            guard let octets = try value.text().hexOctets(), octets.count == Self.hashLength else {
                throw Misfit("has to be a SHA-256, in 64 hexadecimal digits")
            }
            return octets
        }
        requesterUID = reader.optional("requesterUid") { value throws(Misfit) in
            UInt32(clamping: try value.integer(0...Int64(UInt32.max)))
        }
        status = reader.optional("status") { value throws(Misfit) in try value.choice() }
        expiresBefore = reader.optional("expiresBefore") { value throws(Misfit) in try value.instant() }
        let limit = reader.optional("limit") { value throws(Misfit) in
            Int(try value.integer(1...Int64(Self.maximumLimit)))
        }
        cursor = reader.optional("cursor") { value throws(Misfit) in try value.text(1...Self.maximumCursorLength) }
        try reader.finish()
        self.limit = limit ?? Self.defaultLimit
    }
}
