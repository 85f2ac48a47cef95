import JSONRPC
import Testing

/// The object that a text writes.
func object(_ text: String) throws -> JSONObject {
    try #require(try JSONValue(parsing: Array(text.utf8)).object)
}

/// `base` with the members of that name replaced by one with another value.
func object(_ base: String, with name: String, _ value: String) throws -> JSONObject {
    let members = try object(base).members.filter { $0.name != name }
    return JSONObject(members + [.init(name: name, value: try JSONValue(parsing: Array(value.utf8)))])
}
