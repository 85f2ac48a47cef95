package import JSONRPC

/// The params of `getCrl`: whose, and which of its partitions.
package struct GetCrlParams: Sendable {
    package var caID: String
    /// `nil`: the CRL of everything.
    package var partition: UInt32?

    package init(_ params: JSONObject) throws(ShapeError) {
        var reader = ParamsReader(params)
        let caID = reader.required("caId") { value throws(Misfit) in try value.text() }
        partition = reader.optional("partition") { value throws(Misfit) in
            UInt32(clamping: try value.integer(0...Int64(UInt32.max)))
        }
        try reader.finish()
        guard let caID else { throw ShapeError(problems: reader.problems) }
        self.caID = caID
    }
}
