import Foundation
import Ledger
import TestSupport
import Testing
import Timekeeping

@testable import Inventory

@Suite("Revocations and CRLs")
struct RevocationTests {
    /// Runs what is to happen, and has the inventory take it in.
    private func with(
        _ happen: (Journal) async throws -> Void, check: (CertificateInventory) async throws -> Void
    ) async throws {
        let folder = try TestLedger()
        let journal = try folder.openJournal()
        let inventory = folder.inventory()
        try await folder.following(journal, inventory) {
            try await happen(journal)
            try await inventory.reach(headOf: journal)
            try await check(inventory)
        }
    }

    /// The serials that a CRL would name.
    private func revoked(
        _ inventory: CertificateInventory, partition: UInt32? = nil, at now: Int64 = 1_900_000_000,
        expiredAfter: Int64? = nil,
        recordedAfter: UInt64? = nil
    ) async throws -> [[UInt8]] {
        try await inventory.revokedCertificates(
            authorityKeyID: [1, 2, 3], partition: partition, unexpiredAt: .seconds(now),
            expiredAfter: expiredAfter.map { .seconds($0) }, recordedAfter: recordedAfter
        ).revocations.map(\.serial)
    }

    @Test("the first record gives the date, and a reason changes to keyCompromise alone")
    func repeated() async throws {
        let certificate = TestCertificate()
        try await with { journal in
            try await journal.issue(certificate.intent())
            try await journal.record(certificate.revocation(reason: 4, at: .seconds(1_700_000_000)))
            try await journal.record(certificate.revocation(reason: 5, at: .seconds(1_700_000_001)))
        } check: { (inventory: CertificateInventory) async throws in
            let entry = try await inventory.all()[0]
            #expect(entry.status == .revoked)
            #expect(entry.revocation?.reason == 4)
            #expect(entry.revocation?.date == .seconds(1_700_000_000))
        }
        try await with { journal in
            try await journal.record(certificate.revocation(reason: 0, at: .seconds(1_700_000_000)))
            try await journal.record(certificate.revocation(reason: 1, at: .seconds(1_700_000_002)))
            try await journal.record(certificate.revocation(reason: 3, at: .seconds(1_700_000_003)))
        } check: { (inventory: CertificateInventory) async throws in
            let (revocations, _) = try await inventory.revokedCertificates(
                authorityKeyID: [1, 2, 3], unexpiredAt: .seconds(0), expiredAfter: nil)
            #expect(revocations.map(\.reason) == [1])
            #expect(revocations.map(\.date) == [.seconds(1_700_000_000)])
            #expect(revocations[0].requestID == "req-revoke")
        }
    }

    @Test("one of another key revokes nothing of this one")
    func otherKey() async throws {
        let certificate = TestCertificate()
        var other = certificate
        other.authorityKeyID = [4]
        try await with { journal in
            try await journal.issue(certificate.intent())
            try await journal.record(other.revocation())
        } check: { (inventory: CertificateInventory) async throws in
            #expect(try await inventory.all()[0].status == .issued)
            #expect(try await revoked(inventory).isEmpty)
            let own = try await inventory.revocation(authorityKeyID: [1, 2, 3], serial: certificate.serial)
            #expect(own.revocation == nil)
            let others = try await inventory.revocation(authorityKeyID: [4], serial: certificate.serial)
            #expect(others.revocation?.serial == certificate.serial)
        }
    }

    @Test("a certificate that comes after its revocation is revoked, wherever chapters end", arguments: 0..<12)
    func beforeItsCertificate(_ distance: Int) async throws {
        let certificate = TestCertificate(serial: [0x11])
        try await with { journal in
            try await journal.record(certificate.revocation())
            for _ in 0..<distance { try await journal.issue(TestCertificate().intent()) }
            try await journal.record(certificate.imported(notAfter: .seconds(1_950_000_000)))
            for _ in 0..<distance { try await journal.issue(TestCertificate().intent()) }
            // The serial once more, as only other software has it.
            try await journal.record(certificate.imported(notAfter: .seconds(1_960_000_000)))
        } check: { (inventory: CertificateInventory) async throws in
            let found = try await inventory.all(CertificateFilter(status: .revoked))
            #expect(found.map(\.serial) == [[0x11], [0x11]])
            // Until the last of them has expired.
            #expect(found[0].revocation?.notAfter == .seconds(1_960_000_000))
        }
    }

    @Test("what may have been signed, and what no certificate is known for, is named like what was")
    func inDoubt() async throws {
        let (doubtful, unknown, never) = (
            TestCertificate(serial: [1]), TestCertificate(serial: [2]), TestCertificate(serial: [3])
        )
        try await with { journal in
            try await journal.issue(doubtful.intent(), failing: .possiblySigned)
            try await journal.issue(never.intent(), failing: .notSigned)
            for certificate in [never, unknown, doubtful] { try await journal.record(certificate.revocation()) }
        } check: { (inventory: CertificateInventory) async throws in
            #expect(try await revoked(inventory, at: 1_900_000_000, expiredAfter: 1_800_000_000) == [[1], [2], [3]])
            // For ever, where no end is known.
            #expect(try await revoked(inventory, at: 4_000_000_000, expiredAfter: 3_900_000_000) == [[2]])
            #expect(try await inventory.all(CertificateFilter(status: .possiblySigned)).isEmpty)
            let doubt = try await inventory.certificate(authorityKeyID: [1, 2, 3], serial: [1]).certificate
            #expect(doubt?.status == .revoked)
            #expect(doubt?.reason == "token")
        }
    }

    @Test(
        "one that expired is named once more, by the first CRL after that (RFC 5280 § 3.3)",
        arguments: [
            // notAfter is 1_900_000_000.
            (nil, nil, true), (1_899_999_999, nil, true), (1_900_000_000, nil, true), (1_900_000_001, nil, false),
            // Recorded since the last CRL: record 4 is the revocation's.
            (1_900_000_001, 3, true), (1_900_000_001, 4, false),
        ] as [(Int64?, UInt64?, Bool)])
    func expired(_ lastCRL: Int64?, _ basis: UInt64?, _ isNamed: Bool) async throws {
        // 1_900_000_000 is 2030-03-17T17:46:40Z.
        let certificate = TestCertificate(serial: [7], notAfter: "300317174640Z")
        try await with { journal in
            try await journal.issue(certificate.intent())
            let record = try await journal.record(certificate.revocation())
            #expect(record == 4)
        } check: { (inventory: CertificateInventory) async throws in
            let named = try await revoked(inventory, at: 1_950_000_000, expiredAfter: lastCRL, recordedAfter: basis)
            #expect(named == (isNamed ? [[7]] : []))
        }
    }

    @Test("one that is valid yet is named, whatever the CRL before")
    func unexpired() async throws {
        let certificate = TestCertificate(serial: [7], notAfter: "300317174640Z")
        try await with { journal in
            try await journal.issue(certificate.intent())
            try await journal.record(certificate.revocation())
        } check: { (inventory: CertificateInventory) async throws in
            #expect(try await revoked(inventory, at: 1_900_000_000, expiredAfter: 1_950_000_000) == [[7]])
        }
    }

    @Test("a partition has what points to it and what nobody knows, and the CRL of everything has everything")
    func partitions() async throws {
        try await with { journal in
            for (number, partition) in [nil, 0, 1, 1].enumerated() as EnumeratedSequence<[UInt32?]> {
                let certificate = TestCertificate(serial: [UInt8(number + 1)], crlPartition: partition)
                try await journal.issue(certificate.intent())
                try await journal.record(certificate.revocation())
            }
            try await journal.record(TestCertificate(serial: [9]).revocation())
        } check: { (inventory: CertificateInventory) async throws in
            #expect(try await revoked(inventory) == [[1], [2], [3], [4], [9]])
            #expect(try await revoked(inventory, partition: 0) == [[2], [9]])
            #expect(try await revoked(inventory, partition: 1) == [[3], [4], [9]])
            #expect(try await revoked(inventory, partition: 2) == [[9]])
            #expect(try await revoked(inventory, partition: 1, recordedAfter: inventory.position) == [[3], [4], [9]])
            let unknown = inventory.position
            for partition in [nil, 0, 1, 2] as [UInt32?] {
                #expect(
                    try await inventory.lastRevocation(authorityKeyID: [1, 2, 3], partition: partition).record
                        == unknown)
            }
        }
    }

    @Test("each partition names what may be in any: known by its serial only, or with its serial in two of them")
    func anyPartition() async throws {
        try await with { journal in
            let end = Instant.seconds(2_000_000_000)
            try await journal.record(TestCertificate(serial: [5]).imported(notAfter: end))
            try await journal.record(TestCertificate(serial: [5]).revocation())
            try await journal.record(TestCertificate(serial: [6]).revocation())
            for partition in [0, 1] as [UInt32] {
                var imported = TestCertificate(serial: [6]).imported(notAfter: end)
                imported.crlPartition = partition
                try await journal.record(imported)
            }
            try await journal.record(TestCertificate(serial: [7]).imported(certificate: [0x30, 0x00], notAfter: end))
            try await journal.record(TestCertificate(serial: [7]).revocation())
        } check: { (inventory: CertificateInventory) async throws in
            #expect(try await revoked(inventory) == [[5], [6], [7]])
            for partition in [0, 1, 2] as [UInt32] {
                #expect(try await revoked(inventory, partition: partition) == [[5], [6]])
            }
        }
    }

    @Test("of each partition, the last record that changes its CRL and the end of its last certificate are known")
    func partitionEnds() async throws {
        try await with { journal in
            let certificate = TestCertificate(notAfter: "280101000000Z", crlPartition: 3)
            try await journal.issue(certificate.intent())
            try await journal.record(certificate.revocation(reason: 4))
            try await journal.issue(TestCertificate(notAfter: "270101000000Z", crlPartition: 3).intent())
            try await journal.issue(TestCertificate(notAfter: "290101000000Z", crlPartition: 7).intent())
            var imported = TestCertificate().imported(notAfter: .seconds(2_000_000_000))
            imported.crlPartition = 4
            try await journal.record(imported)
            try await journal.issue(TestCertificate(authorityKeyID: [9], crlPartition: 5).intent())
            try await journal.issue(TestCertificate().intent())
        } check: { (inventory: CertificateInventory) async throws in
            #expect(try await inventory.lastRevocation(authorityKeyID: [1, 2, 3], partition: 3).record == 4)
            #expect(try await inventory.lastRevocation(authorityKeyID: [1, 2, 3], partition: 7).record == 0)
            #expect(try await inventory.lastRevocation(authorityKeyID: [1, 2, 3]).record == 4)
            #expect(
                try await inventory.partitions(authorityKeyID: [1, 2, 3]).lastNotAfter == [
                    3: .seconds(1_830_297_600), 7: .seconds(1_861_920_000), 4: .seconds(2_000_000_000),
                ])
            #expect(try await inventory.partitions(authorityKeyID: [8]).lastNotAfter == [:])
        }
        try await with { journal in
            try await journal.issue(TestCertificate(notAfter: "280101000000Z", crlPartition: 3).intent())
            try await journal.record(TestCertificate().imported(notAfter: .seconds(2_000_000_000)))
        } check: { (inventory: CertificateInventory) async throws in
            #expect(
                try await inventory.partitions(authorityKeyID: [1, 2, 3]).lastNotAfter == [3: .seconds(2_000_000_000)])
        }
    }

    @Test("of serials, those are told that nobody has revoked")
    func unrevoked() async throws {
        try await with { journal in
            try await journal.record(TestCertificate(serial: [9]).revocation())
            try await journal.issue(TestCertificate(serial: [8]).intent())
        } check: { (inventory: CertificateInventory) async throws in
            let found = try await inventory.unrevoked(authorityKeyID: [1, 2, 3], among: [[7], [8], [9]])
            #expect(found.serials == [[7], [8]])
            #expect(try await inventory.unrevoked(authorityKeyID: [1], among: [[9]]).serials == [[9]])
        }
    }

    @Test("the last CRL is the last that was signed, of its key and partition, whatever its number")
    func lastCRL() async throws {
        let other = sampleCRLIntent(number: 1, key: [9])
        let (first, second) = (sampleCRLIntent(number: 5), sampleCRLIntent(number: 1 << 63))
        let partitioned = sampleCRLIntent(number: 6, partition: 0)
        try await with { journal in
            try await journal.issue(other, signature: [9])
            try await journal.issue(first, signature: [1])
            try await journal.issue(partitioned, signature: [3])
            try await journal.issue(second, signature: [2])
            try await journal.issue(sampleCRLIntent(number: (1 << 63) + 1), signature: [], failing: .possiblySigned)
        } check: { (inventory: CertificateInventory) async throws in
            let (last, position) = try await inventory.lastCRL(authorityKeyID: [1, 2, 3])
            #expect(last?.crlID == second.crlID)
            #expect(last?.number == 1 << 63)
            #expect(last?.signature == [2])
            #expect(last?.tbsHash == second.tbsHash)
            #expect(last?.basis == second.basis)
            #expect(position == inventory.position)
            #expect(
                try await inventory.lastCRL(authorityKeyID: [1, 2, 3], partition: 0).crl?.crlID == partitioned.crlID)
            #expect(try await inventory.lastCRL(authorityKeyID: [9]).crl?.crlID == other.crlID)
            #expect(try await inventory.lastCRL(authorityKeyID: [8]).crl == nil)
        }
    }
}
