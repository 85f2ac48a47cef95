internal import DERCoding

// Requester ::= SEQUENCE { uid INTEGER, gid INTEGER, pid INTEGER }

extension Intent.Requester {
    func encode(into fields: inout DERWriter, tag: UInt8 = DERTag.sequence) {
        fields.constructed(tag) { peer in
            peer.integer(UInt64(uid))
            peer.integer(UInt64(gid))
            peer.integer(UInt64(clamping: pid))
        }
    }

    init(reading fields: inout DERReader, tag: UInt8 = DERTag.sequence) throws(DERError) {
        var peer = fields.reader(of: try fields.next(tag))
        guard
            let uid = UInt32(exactly: try peer.unsignedInteger()),
            let gid = UInt32(exactly: try peer.unsignedInteger()),
            let pid = Int32(exactly: try peer.unsignedInteger())
        else { throw .unexpectedValue }
        try peer.finish()
        self.init(uid: uid, gid: gid, pid: pid)
    }
}
