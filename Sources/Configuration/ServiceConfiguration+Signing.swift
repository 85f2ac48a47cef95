package import PKCS11
package import Signing
import Timekeeping

extension ServiceConfiguration.Token {
    /// The same for the one who opens the token.
    ///
    /// - Parameter latches: the folder of the notes that a PIN was refused; `nil`: none are made.
    /// - Throws: `SigningError` for a URI that PKCS#11's own parser does not take.
    package func signingConfiguration(latches: String? = nil) throws(SigningError) -> TokenConfiguration {
        TokenConfiguration(
            name: name, modulePath: modulePath, uri: try URI(configured: uri),
            pinSource: pin.map { PKCS11.PINSource($0) },
            sessions: sessions, queueLimit: queueLength, deadline: .seconds(callTimeout.seconds),
            initializationString: initializationString, allowsSpy: allowsSpy,
            proofInterval: .seconds(testInterval.seconds), latch: latches.map { PINLatch(folder: $0, token: name) })
    }
}

extension ServiceConfiguration.Authority {
    /// Every place of its key.
    package var keys: [ServiceConfiguration.KeyPlace] {
        [ServiceConfiguration.KeyPlace(tokenName: tokenName, keyURI: keyURI)] + replicas
    }
}

extension ServiceConfiguration {
    /// The names of the tokens with a key that is to sign.
    package var usedTokens: Set<String> {
        Set(authorities.flatMap(\.keys).map(\.tokenName) + [checkpoints?.tokenName].compactMap(\.self))
    }
}

extension ServiceConfiguration.KeyPlace {
    /// - Throws: `SigningError` for a URI that PKCS#11's own parser does not take.
    package func privateKeyURI() throws(SigningError) -> URI {
        try URI(configured: keyURI)
    }
}

extension ServiceConfiguration.Checkpoints {
    /// - Throws: `SigningError` for a URI that PKCS#11's own parser does not take.
    package func privateKeyURI() throws(SigningError) -> URI {
        try URI(configured: keyURI)
    }
}

extension URI {
    fileprivate init(configured text: String) throws(SigningError) {
        do {
            self = try URI(text)
        } catch {
            throw SigningError(.misconfigured, "the URI \(text): \(error)")
        }
    }
}

extension PKCS11.PINSource {
    fileprivate init(_ source: ServiceConfiguration.PINSource) {
        self =
            switch source {
            case .file(let path): .file(path)
            case .credential(let name): .credential(name)
            case .descriptor(let number): .descriptor(number)
            }
    }
}
