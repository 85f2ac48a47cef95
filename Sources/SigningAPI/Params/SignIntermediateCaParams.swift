package import JSONRPC
package import Timekeeping

/// The params of `signIntermediateCa`: a CA certificate below an authority.
package struct SignIntermediateCaParams: Sendable {
    package var caID: String
    /// PEM.
    package var csr: String
    package var notBefore: Instant?
    package var notAfter: Instant
    package var maxPathLength: MaximumPathLength

    /// Absent and −1 are told apart: under an issuer with a limit, only the absent one can be met.
    package enum MaximumPathLength: Hashable, Sendable {
        case unstated
        /// −1.
        case unlimited
        case limit(Int)
    }

    /// - Parameter maximumCSRLength: in characters.
    package init(_ params: JSONObject, maximumCSRLength: Int) throws(ShapeError) {
        var reader = ParamsReader(params)
        let caID = reader.required("caId") { value throws(Misfit) in try value.text() }
        let csr = reader.required("csr") { value throws(Misfit) in try value.text(1...max(1, maximumCSRLength)) }
        notBefore = reader.optional("notBefore") { value throws(Misfit) in try value.instant() }
        let notAfter = reader.required("notAfter") { value throws(Misfit) in try value.instant() }
        let limit = reader.optional("maxPathLength") { value throws(Misfit) in try value.integer(atLeast: -1) }
        try reader.finish()
        guard let caID, let csr, let notAfter else { throw ShapeError(problems: reader.problems) }
        self.caID = caID
        self.csr = csr
        self.notAfter = notAfter
        maxPathLength =
            switch limit {
            case nil: .unstated
            case -1: .unlimited
            case let limit?: .limit(limit)
            }
    }
}
