internal import Failpoints

/// What is recorded in one step, since no key is used for it. Each is on the disk when its function returns.
extension Journal {
    /// The daemon works by this configuration from now on.
    package func recordConfiguration(hash: [UInt8]) async throws(LedgerError) {
        _ = try await queue.append(.configurationLoaded(ConfigurationLoaded(configurationHash: hash)))
    }

    /// - Returns: the record's sequence number.
    /// - Throws: `LedgerError.invalidIntent` for what the journal will not hold, among others.
    @discardableResult
    package func record(_ revocation: Revocation) async throws(LedgerError) -> UInt64 {
        try revocation.check()
        let sequence = try await queue.append(.revoked(revocation))
        Failpoint.revocationDurable.pass()
        return sequence
    }

    /// - Returns: the record's sequence number.
    @discardableResult
    package func record(_ checkpoint: Checkpoint) async throws(LedgerError) -> UInt64 {
        try checkpoint.check()
        return try await queue.append(.checkpoint(checkpoint))
    }

    /// Its serial number is not used again.
    ///
    /// - Returns: the record's sequence number.
    @discardableResult
    package func record(_ certificate: ImportedCertificate) async throws(LedgerError) -> UInt64 {
        try certificate.check()
        return try await queue.append(.importedCertificate(certificate))
    }

    /// Its number is not used again, nor a lower one.
    ///
    /// - Returns: the record's sequence number.
    @discardableResult
    package func record(_ crl: ImportedCRL) async throws(LedgerError) -> UInt64 {
        try crl.check()
        return try await queue.append(.importedCRL(crl))
    }

    /// No lower number than its floors say is used for a CRL again.
    func record(_ restored: Restored) async throws(LedgerError) {
        try restored.check()
        _ = try await queue.append(.restored(restored))
    }

    /// From here on, the journal may begin behind the segments that it names.
    func record(_ archived: Archived) async throws(LedgerError) {
        try archived.check()
        _ = try await queue.append(.archived(archived))
    }

    /// The highest number that is on record for CRLs of that authority key, whatever came of them; 0 where there is none.
    package func lastCRLNumber(ofKey authorityKeyID: [UInt8]) -> UInt64 {
        queue.lastCRLNumber(ofKey: authorityKeyID)
    }
}
