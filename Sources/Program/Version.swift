/// The version of this build, the daemon's and the tool's.
package enum Version {
    package static let current = "0.1.0"
}
