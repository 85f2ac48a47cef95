internal import CLinux

/// Who connected, in the kernel's words at the time of connect(2) (SO_PEERCRED, unix(7)).
package struct PeerCredentials: Hashable, Sendable {
    package let uid: UInt32
    package let gid: UInt32
    /// For the log only: the process may be gone, and its number another's.
    package let pid: Int32

    package init(uid: UInt32, gid: UInt32, pid: Int32) {
        self.uid = uid
        self.gid = gid
        self.pid = pid
    }

    /// `nil` where the kernel does not say.
    init?(socket: Int32) {
        var peer = countersign_peer()
        guard unsafe countersign_peer_credentials(socket, &peer) == 0 else { return nil }
        self.init(uid: peer.uid, gid: peer.gid, pid: peer.pid)
    }
}
