import ArgumentParser
import Configuration
import Console
import Issuance
import Ledger
import LedgerImport
import Logging
import Timekeeping

/// `countersign ledger import`: what a CA did before.
struct LedgerImportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract:
            "Take over what a CA signed and revoked before: certificates, revocations, the number of its last CRL.",
        discussion: """
            For a CA that another software served. Give everything in one run: certificates as files or folders, in PEM or DER; the \
            index.txt of openssl ca; the last CRL. Each certificate and CRL has to be signed by the authority's key. What is on record \
            already is left alone, so that the same run again adds nothing, and an interrupted one is completed.

            Everything is checked before anything is recorded. The daemon has to be stopped: its next CRL is signed after all of it. \
            Run it as the daemon's user. docs/ledger.md has the runbook.

            Exit codes: 0 recorded, or nothing to record; 65 something is wrong, and nothing was recorded; 66 something cannot be read; \
            73 the journal cannot be written, or is in use.

            Example: countersign ledger import --config countersign.yaml --ca issuing --certificates /srv/ca/newcerts \
            --index /srv/ca/index.txt --crl /srv/www/issuing.crl --dry-run
            """)

    @Option(help: ArgumentHelp("The daemon's configuration; else COUNTERSIGN_CONFIG.", valueName: "file"))
    var config: String?

    @Option(help: ArgumentHelp("The authority's id in the configuration.", valueName: "id"))
    var ca: String

    @Option(
        help: ArgumentHelp("Certificates: a file, or a folder and all below it; may be repeated.", valueName: "path"))
    var certificates: [String] = []

    @Option(help: ArgumentHelp("The database of openssl ca, index.txt; may be repeated.", valueName: "file"))
    var index: [String] = []

    @Option(
        help: ArgumentHelp("The last CRL, in DER or PEM; may be repeated where it is partitioned.", valueName: "file"))
    var crl: [String] = []

    @Option(
        help: ArgumentHelp(
            "The number of the last CRL where there is no CRL to give: 4711, or 0x1267.", valueName: "number"))
    var crlNumber: CRLNumber?

    @Option(
        help: ArgumentHelp(
            "Another journal of the same CA key, such as a ceremony's; may be repeated.", valueName: "dir"))
    var fromJournal: [String] = []

    @Option(
        help: "What certificateHold becomes, for here a revocation is for good: a reason by its name in RFC 5280.",
        transform: Self.reason)
    var holdsBecome: RevocationReason?

    @Flag(
        help:
            "Date revocations now that are dated later, as a clock that was ahead has left them; else they are refused."
    )
    var clampDates = false

    @Flag(help: "Make the journal, where there is none yet.")
    var newJournal = false

    @Flag(help: "Check everything, tell what would be recorded, and record nothing.")
    var dryRun = false

    @Flag(help: "Print JSON instead of text for people.")
    var json = false

    func validate() throws {
        guard crlNumber != nil || ![certificates, index, crl, fromJournal].allSatisfy(\.isEmpty) else {
            throw ValidationError(
                "Give what is to be taken over: --certificates, --index, --crl, --crl-number or --from-journal.")
        }
    }

    private static func reason(_ name: String) throws -> RevocationReason {
        guard let reason = RevocationReason(name: name), reason.mayBeGiven else {
            let names = RevocationReason.allCases.filter(\.mayBeGiven).map(\.name).joined(separator: ", ")
            throw ValidationError("\(name) is none of the reasons \(names).")
        }
        return reason
    }

    func run() async throws {
        let configuration = try DaemonConfiguration(config, neededFor: "The import needs")
        let authority = try configuration.authority(ca)
        let imported = ImportedAuthority(
            id: authority.id, certificate: try authority.certificate(), partitions: authority.partitionURLs)
        guard let imported else {
            throw CommandFailure(.refused, "\(authority.chainPath): the certificate has no subject key identifier.")
        }
        let journal = configuration.values.journal.directory
        var known = try known(journal, imported)
        let (sources, passedOver) = try sources(imported, known)
        var plan = try plan(sources, known)
        if !dryRun {
            let opened = try open(configuration.values.journal)
            // Nobody else adds to it from here on; what came since is not taken over twice.
            if opened.status.head != known.head {
                known = try self.known(journal, imported)
                plan = try self.plan(sources, known)
            }
            try await record(plan, in: opened)
        }
        let output = ImportOutput(plan, sources, passedOver: passedOver, isDryRun: dryRun)
        try StandardOutput.show(json ? output.json.compactText : output.text)
    }

    private func known(_ journal: String, _ authority: ImportedAuthority) throws(CommandFailure) -> KnownRecords {
        do {
            guard try Journal.isAbsent(directory: journal) else {
                return try KnownRecords(journal: journal, keyID: authority.keyID)
            }
        } catch { throw CommandFailure(JournalCopyError.ledger(error), journal) }
        guard newJournal else {
            throw CommandFailure(
                .noInput,
                "there is no journal in \(journal): if one was here, find it; for a new one, give --new-journal.")
        }
        return KnownRecords()
    }

    private func sources(
        _ authority: ImportedAuthority, _ known: KnownRecords
    ) throws(CommandFailure) -> (ImportSources, passedOver: [String]) {
        var sources = ImportSources(authority: authority)
        var files = try CertificateFiles(certificates)
        try files.read(into: &sources)
        for path in index {
            let octets = try InputFile.octets(at: path, maximumSize: Self.maximumSize)
            do { sources.add(try OpenSSLIndex(octets, source: path), source: path) } catch {
                throw CommandFailure(.refused, "\(error)\nNothing was recorded.")
            }
        }
        for path in crl {
            let octets = try InputFile.octets(at: path, maximumSize: Self.maximumSize)
            do { sources.add(try CertificateRevocationList(contents: octets), source: path) } catch {
                throw CommandFailure(.refused, "\(path) \(error). Nothing was recorded.")
            }
        }
        if let crlNumber { sources.addCRLNumber(crlNumber.value, source: "--crl-number") }
        for directory in fromJournal {
            do { try sources.addJournal(directory, into: known.journalID) } catch {
                throw CommandFailure(JournalCopyError.ledger(error), directory)
            }
        }
        return (sources, files.passedOver)
    }

    /// No index and no CRL comes near that size, in octets.
    private static let maximumSize = 1 << 30

    private func plan(_ sources: ImportSources, _ known: KnownRecords) throws(CommandFailure) -> ImportPlan {
        do {
            return try ImportPlan(
                sources, holdsBecome: holdsBecome, clampingDates: clampDates, known: known,
                now: WallClock.system.now())
        } catch { throw CommandFailure(.refused, "\(error)\nNothing was recorded.") }
    }

    private func open(_ settings: ServiceConfiguration.Journal) throws(CommandFailure) -> Journal {
        do {
            let (journal, recovery) = try Journal.open(
                directory: settings.directory, creating: newJournal,
                configuration: JournalConfiguration(segmentOctets: settings.segmentOctets),
                logger: Logger(label: "countersign") { _ in SwiftLogNoOpLogHandler() })
            for intent in recovery.abandoned {
                StandardError.write(
                    "countersign: record \(intent.sequence) of \(intent.authorityID) is possibly signed from now on: its daemon was interrupted.\n"
                        .printable)
            }
            return journal
        } catch { throw CommandFailure(JournalCopyError.ledger(error), settings.directory) }
    }

    private func record(_ plan: ImportPlan, in journal: Journal) async throws {
        var line = ProgressLine("recording")
        do {
            try await plan.record(in: journal) { line.update($0, of: plan.count) }
        } catch {
            line.end()
            await journal.close()
            throw CommandFailure(
                .cannotCreate, "\(error). Not all is on record: run the same again before the daemon is started.")
        }
        line.end()
        await journal.close()
    }
}
