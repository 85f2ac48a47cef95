package import JSONRPC
package import Timekeeping

/// The result of `getCrl`: the last one that was signed.
package struct GetCrlResult: Sendable, JSONEncodable {
    package let caID: String
    /// PEM. Written before, since it may be megabytes and is the same until the next.
    package let crl: EncodedJSON
    /// The cRLNumber (RFC 5280 § 5.2.3) in decimal: as text, since it may pass 2^53.
    package let number: String
    /// `nil` for the CRL of everything.
    package let partition: UInt32?
    package let thisUpdate: Instant
    package let nextUpdate: Instant
    /// How many certificates it names.
    package let entries: Int

    package init(
        caID: String, crl: EncodedJSON, number: String, partition: UInt32?, thisUpdate: Instant, nextUpdate: Instant,
        entries: Int
    ) {
        self.caID = caID
        self.crl = crl
        self.number = number
        self.partition = partition
        self.thisUpdate = thisUpdate
        self.nextUpdate = nextUpdate
        self.entries = entries
    }

    package func encode(into writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("caId", caID)
            writer.member("crl", crl)
            writer.member("number", number)
            writer.member("partition", partition.map { Int64($0) })
            writer.member("thisUpdate", thisUpdate.rfc3339)
            writer.member("nextUpdate", nextUpdate.rfc3339)
            writer.member("entries", entries)
        }
    }
}
