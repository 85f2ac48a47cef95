/// Who asks, by the kernel's word when its socket was connected.
package struct Requester: Hashable, Sendable {
    package let uid: UInt32
    package let gid: UInt32
    package let pid: Int32

    /// The supplementary groups.
    package let groups: [UInt32]

    package init(uid: UInt32, gid: UInt32, pid: Int32, groups: [UInt32] = []) {
        self.groups = groups
        self.uid = uid
        self.gid = gid
        self.pid = pid
    }
}
