package import Ledger

extension ImportPlan {
    /// Puts all of it on record: revocations and the CRL's number first, since a CRL that is signed without them is the worst that an
    /// interruption could lead to.
    ///
    /// - Parameter progress: told how many records of `count` are on the disk.
    /// - Throws: `LedgerError`. What is on record by then stays, and to run the import again adds the rest.
    package func record(
        in journal: Journal, progress: (_ recorded: Int) -> Void = { _ in }
    ) async throws {
        var recorded = 0
        for batch in batches(of: revocations) {
            try await together(batch) { try await journal.record($0) }
            recorded += batch.count
            progress(recorded)
        }
        if let crl {
            try await journal.record(crl)
            recorded += 1
        }
        for batch in batches(of: certificates) {
            try await together(batch) { try await journal.record($0) }
            recorded += batch.count
            progress(recorded)
        }
    }

    private func batches<Element>(of elements: [Element]) -> some Sequence<ArraySlice<Element>> {
        stride(from: 0, to: elements.count, by: Self.batch).lazy
            .map { elements[$0..<min($0 + Self.batch, elements.count)] }
    }

    /// So many share one fdatasync, or a few.
    private static let batch = 512

    private func together<Element: Sendable>(
        _ elements: ArraySlice<Element>, _ record: @escaping @Sendable (Element) async throws -> UInt64
    ) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for element in elements { group.addTask { _ = try await record(element) } }
            try await group.waitForAll()
        }
    }
}
