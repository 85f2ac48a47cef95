/// Leave to be in flight, given back when it is destroyed: when its request has ended, however it ended.
package struct Permit: ~Copyable, Sendable {
    private let release: (@Sendable () -> Void)?

    /// - Parameter release: called once, on whichever thread the request ended.
    package init(release: (@Sendable () -> Void)? = nil) { self.release = release }

    deinit { release?() }
}
