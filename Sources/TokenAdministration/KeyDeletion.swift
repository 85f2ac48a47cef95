import PKCS11

extension TokenAccess {
    /// Takes a key out of the token, private part and public parts: for good, and everything that rests on it ends.
    ///
    /// - Throws: `AdministrationError`.
    package func delete(_ key: KeyReport) throws(AdministrationError) {
        try step("deleting key \(key.label)") { () throws(PKCS11Error) in
            // The private part last: as long as it is there, the same again finds the key and completes this.
            for object in key.publicObjects { try session.destroyObject(object) }
            try session.destroyObject(key.object)
        }
    }
}
