internal import CLinux
import Glibc

/// Who connected, in the kernel's words at the time of connect(2) (SO_PEERCRED and SO_PEERGROUPS, unix(7) and socket(7)).
package struct PeerCredentials: Hashable, Sendable {
    package let uid: UInt32
    package let gid: UInt32
    /// For the log only: the process may be gone, and its number another's.
    package let pid: Int32

    /// The supplementary groups.
    package let groups: [UInt32]

    package init(uid: UInt32, gid: UInt32, pid: Int32, groups: [UInt32] = []) {
        self.groups = groups
        self.uid = uid
        self.gid = gid
        self.pid = pid
    }

    /// `nil` where the kernel does not say.
    init?(socket: Int32) {
        var peer = countersign_peer()
        guard unsafe countersign_peer_credentials(socket, &peer) == 0 else { return nil }
        guard let groups = Self.groups(of: socket) else { return nil }
        self.init(uid: peer.uid, gid: peer.gid, pid: peer.pid, groups: groups)
    }

    /// `nil` where the kernel does not say.
    private static func groups(of socket: Int32) -> [UInt32]? {
        var groups = [UInt32](repeating: 0, count: 32)
        // Once with room for most, and once with what the kernel says: who is connected gets no more of them.
        for _ in 0..<2 {
            var count = UInt32(groups.count)
            switch unsafe countersign_peer_groups(socket, &groups, &count) {
            case 0: return Array(groups.prefix(Int(count)))
            case ERANGE: groups = [UInt32](repeating: 0, count: Int(count))
            // Kernels before 4.13.
            case ENOPROTOOPT: return []
            default: return nil
            }
        }
        return nil
    }
}
