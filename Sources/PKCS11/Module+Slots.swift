import CPKCS11

extension Module {
    /// The slots that hold a token, initialised or not.
    package func slotsWithTokens() throws(PKCS11Error) -> [Slot] {
        let functions = functions
        // The list may grow between asking for its length and asking for it.
        for _ in 0..<4 {
            var count: UInt = 0
            try unsafe functions.call("C_GetSlotList", functions.list.pointee.C_GetSlotList) { function in
                unsafe function(1, nil, &count)
            }
            guard count > 0 else { return [] }
            guard count <= Self.maximumSlots else {
                throw .malformedAnswer(function: "C_GetSlotList", "\(count) slots")
            }
            var identifiers = [ck_slot_id_t](repeating: 0, count: Int(count))
            let room = count
            let value = try unsafe functions.outcome("C_GetSlotList", functions.list.pointee.C_GetSlotList) {
                function in
                unsafe identifiers.withUnsafeMutableBufferPointer { unsafe function(1, $0.baseAddress, &count) }
            }
            switch value {
            case .ok where count <= room:
                return identifiers.prefix(Int(count)).map { Slot(functions: functions, identifier: $0) }
            case .ok: throw .malformedAnswer(function: "C_GetSlotList", "more slots than there was room for")
            case .bufferTooSmall: continue
            default: throw .call(function: "C_GetSlotList", value)
            }
        }
        throw .call(function: "C_GetSlotList", .bufferTooSmall)
    }

    private static let maximumSlots: UInt = 65_536

    /// The one token that fits the URI's token and slot attributes.
    ///
    /// Slot identifiers move between starts, so they say nothing here. Two tokens that fit are an error, never a choice.
    package func slot(matching uri: URI) throws(PKCS11Error) -> Slot {
        var matches: [Slot] = []
        for slot in try slotsWithTokens() {
            // A token may be pulled out, or not be readable, between the list and this call: then it does not fit.
            guard let info = try? slot.tokenInfo(), info.isInitialized, uri.matches(info) else { continue }
            if uri.namesSlot {
                guard let description = try? slot.info(), uri.matches(description) else { continue }
            }
            matches.append(slot)
        }
        guard let match = matches.first else { throw .token("no token of \(path) fits \(uri)") }
        guard matches.count == 1 else {
            throw .token("\(matches.count) tokens of \(path) fit \(uri); add a serial to name one")
        }
        return match
    }
}
