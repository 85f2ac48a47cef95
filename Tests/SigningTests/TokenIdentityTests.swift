import Testing

@testable import Signing

@Suite("Whether two names are one token")
struct TokenIdentityTests {
    private static func identity(
        _ module: String = "/m", manufacturer: String = "maker", model: String = "model", serial: String = "1",
        label: String = "label"
    ) -> TokenIdentity {
        TokenIdentity(modulePath: module, manufacturer: manufacturer, model: model, serial: serial, label: label)
    }

    @Test(
        "One module tells tokens apart by serial number and label; two show one where nothing differs and it has a number",
        arguments: [
            (identity(), identity(), true),
            (identity(), identity(serial: "2"), false),
            (identity(), identity(label: "other"), false),
            (identity(serial: ""), identity(serial: ""), true),
            (identity(), identity("/proxy"), true),
            (identity(), identity("/proxy", serial: "2"), false),
            (identity(), identity("/proxy", label: "other"), false),
            (identity(), identity("/proxy", manufacturer: "other"), false),
            (identity(), identity("/proxy", model: "other"), false),
            (identity(serial: ""), identity("/proxy", serial: ""), false),
        ])
    func same(_ one: TokenIdentity, _ other: TokenIdentity, _ areSame: Bool) {
        #expect(one.isSameToken(as: other) == areSame)
        #expect(other.isSameToken(as: one) == areSame)
    }
}
