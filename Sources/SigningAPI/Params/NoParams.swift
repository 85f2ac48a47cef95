package import JSONRPC

/// The params of a method that takes none: an empty object, or nothing.
package struct NoParams: Sendable {
    package init(_ params: JSONObject) throws(ShapeError) {
        var reader = ParamsReader(params)
        try reader.finish()
    }
}
