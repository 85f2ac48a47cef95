import Timekeeping
import Yams

extension NodeReader {
    func tokens(declaring declarations: Declarations) -> [ServiceConfiguration.Token]? {
        var descriptors: Set<Int32> = []
        return list { entry in
            entry.mapping { token in
                let name = token.required("name") { declarations.tokens.declare($0, ()) { $0.identifier() } }
                let modulePath = token.required("module") { $0.absolutePath() }
                let uri = token.required("uri") { $0.tokenURI() }
                let pin = token.optional("pin") { node -> ServiceConfiguration.PINSource? in
                    let pin = node.pinSource()
                    // What is read from a descriptor is gone.
                    if case .descriptor(let number) = pin, !descriptors.insert(number).inserted {
                        node.refuse("reads a descriptor that an earlier token reads already")
                    }
                    return pin
                }
                let sessions = token.optional("sessions") { $0.wholeNumber(in: 1...1024) }
                let queueLength = token.optional("queue", default: 1024) { $0.wholeNumber(in: 1...1_000_000) }
                let callTimeout = token.optional("callTimeout", default: .tenSeconds) { $0.timeout() }
                let testInterval = token.optional("testInterval", default: .minute) { $0.timeout() }
                let isolation = token.optional("isolation", default: .none) {
                    $0.choice(of: ServiceConfiguration.Isolation.self)
                }
                let initializationString = token.optional("initializationString") { $0.text() }
                let allowsSpy = token.optional("allowSpy", default: false) { $0.boolean() }
                if let uri, token.contains("pin") == uri.namesPINSource {
                    entry.refuse(
                        uri.namesPINSource
                            ? "has both a pin and a pin-source in its uri; it needs one"
                            : "has no `pin`, which is required unless its uri has a pin-source")
                }
                if isolation == .process, case .descriptor = pin {
                    entry.refuse(
                        "has a process of its own, which may be started again, and a PIN from a descriptor, which is read once; "
                            + "a file or a credential can be read again")
                }
                guard let name, let modulePath, let uri else { return nil }
                return ServiceConfiguration.Token(
                    name: name, modulePath: modulePath, uri: uri.text, pin: pin, sessions: sessions,
                    queueLength: queueLength, callTimeout: callTimeout, testInterval: testInterval,
                    isolation: isolation,
                    initializationString: initializationString, allowsSpy: allowsSpy)
            }
        }
    }

    /// Exactly one of `file`, `credential` and `descriptor`; never the PIN itself.
    private func pinSource() -> ServiceConfiguration.PINSource? {
        guard case .mapping = node else {
            refuse(
                "is \(noun), not one of {file: PATH}, {credential: NAME}, {descriptor: NUMBER}; a PIN stands elsewhere")
            return nil
        }
        return mapping { pin in
            let sources: [ServiceConfiguration.PINSource?] = [
                pin.optional("file") { $0.filePath() }.map { .file($0) },
                pin.optional("credential") { $0.identifier() }.map { .credential($0) },
                pin.optional("descriptor") { $0.wholeNumber(in: 3...65_535) }.map { .descriptor(Int32($0)) },
            ]
            let given = ["file", "credential", "descriptor"].filter(pin.contains)
            guard given.count == 1 else {
                refuse(
                    "has \(given.isEmpty ? "none" : "more than one") of file, credential and descriptor; it needs one")
                return nil
            }
            return sources.compactMap(\.self).first
        }
    }
}

extension Lifetime {
    fileprivate static let tenSeconds = Lifetime(seconds: 10) ?? .minute
}
