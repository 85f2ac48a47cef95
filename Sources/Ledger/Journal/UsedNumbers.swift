/// What may not be used again: serial numbers, and the numbers of CRLs.
struct UsedNumbers: Sendable {
    private var serials = SerialSet()
    /// The highest by authority key.
    private var crls: [[UInt8]: UInt64] = [:]

    /// The number of the last CRL of that key; 0 where there was none.
    func lastCRLNumber(ofKey key: [UInt8]) -> UInt64 { crls[key] ?? 0 }

    /// What the next CRL of each key rises over.
    var crlFloors: [CRLFloor] {
        crls.sorted { $0.key.lexicographicallyPrecedes($1.key) }.map {
            CRLFloor(authorityKeyID: $0.key, number: $0.value)
        }
    }

    /// Why an intent may not be recorded; where it may, its number is used from now on.
    mutating func use(_ body: RecordBody) -> LedgerError? {
        switch body {
        case .intent(let intent): return serials.insert(intent.serial) ? nil : .serialReused
        case .crlIntent(let intent):
            let last = lastCRLNumber(ofKey: intent.authorityKeyID)
            guard intent.number > last else { return .crlNumberReused(intent.number, last: last) }
            crls[intent.authorityKeyID] = intent.number
        default: learn(body)
        }
        return nil
    }

    /// Takes in what is on record, whatever it is.
    mutating func learn(_ body: RecordBody) {
        switch body {
        case .intent(let intent): _ = serials.insert(intent.serial)
        case .importedCertificate(let certificate): _ = serials.insert(certificate.serial)
        case .crlIntent(let intent): raise(intent.authorityKeyID, to: intent.number)
        case .importedCRL(let crl): raise(crl.authorityKeyID, to: crl.number)
        case .restored(let restored): raise(to: restored.floors)
        case .archived(let archived): raise(to: archived.floors)
        default: break
        }
    }

    private mutating func raise(to floors: [CRLFloor]) {
        for floor in floors { raise(floor.authorityKeyID, to: floor.number) }
    }

    private mutating func raise(_ key: [UInt8], to number: UInt64) {
        crls[key] = max(lastCRLNumber(ofKey: key), number)
    }
}
