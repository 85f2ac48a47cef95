import Testing

@testable import PKCS11

@Suite("PKCS #11 URIs (RFC 7512)")
struct URITests {
    @Test("All that names a token, an object and a PIN file is read")
    func everything() throws {
        let uri = try URI(
            "pkcs11:token=My%20CA;serial=0aB1;manufacturer=Acme;model=v2;object=root%20key;id=%00%01%fe;type=private"
                + "?pin-source=file:/run/pin")
        #expect(uri.token == "My CA")
        #expect(uri.serial == "0aB1")
        #expect(uri.manufacturer == "Acme")
        #expect(uri.model == "v2")
        #expect(uri.object == "root key")
        #expect(uri.id == [0, 1, 0xfe])
        #expect(uri.type == .privateKey)
        #expect(uri.pinSource == .file("/run/pin"))
        #expect(uri.namesToken)
    }

    @Test("What is not named stays open")
    func sparse() throws {
        let uri = try URI("pkcs11:object=k")
        #expect(try URI("pkcs11:object=%C3%a4").object == "ä")
        #expect(uri.token == nil && uri.serial == nil && uri.model == nil && uri.manufacturer == nil)
        #expect(uri.id == nil && uri.type == nil && uri.pinSource == nil && !uri.namesToken)
        #expect(try URI("pkcs11:object=k?pin-source=file:///run/pin").pinSource == .file("/run/pin"))
    }

    @Test(
        "What would have no effect, or a wrong one, is refused",
        arguments: [
            ("pkcs12:token=a", "does not begin with pkcs11:"),
            ("PKCS11:token=a", "does not begin with pkcs11:"),
            ("pkcs11:token=a b", "blank"),
            ("pkcs11:token=ä", "non-ASCII"),
            ("pkcs11:token=a;token=b", "token twice"),
            ("pkcs11:token=", "token without a value"),
            ("pkcs11:token", "an attribute without a value"),
            ("pkcs11:token=%00", "NUL in token"),
            ("pkcs11:token=%0", "malformed"),
            ("pkcs11:token=%zz", "malformed"),
            ("pkcs11:token=%ff%fe", "not UTF-8"),
            ("pkcs11:object=a%c3", "not UTF-8"),
            ("pkcs11:object=a?pin-source=file:/%80", "not UTF-8"),
            ("pkcs11:token=abcdefghijklmnopqrstuvwxyz0123456", "too long"),
            ("pkcs11:tokne=a", "the attribute tokne"),
            ("pkcs11:x-vendor=a", "the attribute x-vendor"),
            ("pkcs11:library-description=a", "the attribute library-description"),
            ("pkcs11:slot-id=3", "slot-id, which moves"),
            ("pkcs11:type=privat", "a type other than"),
            ("pkcs11:type=secret-key", "a type other than"),
            ("pkcs11:object=a?module-path=/lib/x.so", "the attribute module-path"),
            ("pkcs11:object=a?token=a", "the attribute token"),
            ("pkcs11:pin-source=file:/run/pin", "the attribute pin-source"),
            ("pkcs11:object=a?pin-source=|cat%20/run/pin", "pin-source other than"),
            ("pkcs11:object=a?pin-source=file:pin", "pin-source other than"),
            ("pkcs11:object=a?pin-source=file://host/pin", "pin-source other than"),
            ("pkcs11:object=a?pin-source=/run/pin", "pin-source other than"),
            ("pkcs11:object=a?pin-source=file:/a?pin-source=file:/b", "question mark"),
        ])
    func refused(_ text: String, _ reason: String) {
        #expect {
            try URI(text)
        } throws: { error in
            guard case PKCS11Error.uri = error else { return false }
            return String(describing: error).contains(reason)
        }
    }

    @Test(
        "A PIN in a URI is refused and not repeated",
        arguments: ["pkcs11:object=a?pin-value=7391", "pkcs11:pin-value=7391"])
    func pinValue(_ text: String) {
        #expect {
            try URI(text)
        } throws: { error in
            let words = String(describing: error)
            return words.contains("pin-value") && !words.contains("7391")
        }
    }

    @Test(
        "A token fits when all that is named is equal, octet by octet",
        arguments: [
            ("pkcs11:token=CA", true), ("pkcs11:token=CA;serial=01", true), ("pkcs11:object=x", true),
            ("pkcs11:token=CA;serial=02", false), ("pkcs11:token=ca", false), ("pkcs11:token=C", false),
            ("pkcs11:model=SoftHSM%20v2", true), ("pkcs11:manufacturer=Nobody", false),
        ])
    func matching(_ text: String, _ fits: Bool) throws {
        let info = TokenInfo(label: "CA", manufacturer: "SoftHSM", model: "SoftHSM v2", serial: "01", flags: [])
        #expect(try URI(text).matches(info) == fits)
    }

    @Test("Two spellings of one character are two labels")
    func normalization() throws {
        let composed = TokenInfo(label: "\u{e9}", manufacturer: "", model: "", serial: "", flags: [])
        #expect(try URI("pkcs11:token=%c3%a9").matches(composed))
        #expect(try !URI("pkcs11:token=e%cc%81").matches(composed))
    }

    @Test("A made URI reads back as what it was made of")
    func construction() throws {
        let info = TokenInfo(label: "My CA; 50%", manufacturer: "M", model: "X", serial: "a=b", flags: [])
        let uri = try URI(token: info, object: "kéy?&1", id: [0, 0x41, 0xff], type: .privateKey)
        #expect(uri.token == "My CA; 50%")
        #expect(uri.serial == "a=b")
        #expect(uri.object == "kéy?&1")
        #expect(uri.id == [0, 0x41, 0xff])
        #expect(uri.type == .privateKey)
        #expect(uri.matches(info))
    }
}
