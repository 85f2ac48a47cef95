import PKCS11

extension TokenAccess {
    /// Takes a key out of the token, private part and public parts: for good, and everything that rests on it ends.
    ///
    /// - Throws: `AdministrationError`.
    package func delete(_ key: KeyReport) throws(AdministrationError) {
        try step("deleting key \(key.label)") { () throws(PKCS11Error) in
            try session.destroyObject(key.object)
            for object in key.publicObjects { try session.destroyObject(object) }
        }
    }
}
