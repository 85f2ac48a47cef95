/// A method that can be called by name. Its params are given by name; where there are none, it sees an empty object.
package struct Method<Context: Sendable>: Sendable {
    package enum Effect: Hashable, Sendable {
        /// Looks things up: a notification may ask for it, though to no purpose.
        case none
        /// A key is used: the caller has to be there to receive what was signed.
        case signing
    }

    package typealias Handler = @Sendable (JSONObject, Context) async throws(ErrorObject) -> any JSONEncodable

    package let name: String
    package let effect: Effect
    package let handler: Handler

    package init(_ name: String, effect: Effect, handler: @escaping Handler) {
        self.name = name
        self.effect = effect
        self.handler = handler
    }
}
