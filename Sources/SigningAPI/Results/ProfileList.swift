package import JSONRPC

/// The result of `listProfiles`: the profiles that the caller may use, with their rules.
package struct ProfileList: Sendable, JSONEncodable {
    package let profiles: [ProfileDescription]

    package init(profiles: [ProfileDescription]) {
        self.profiles = profiles
    }

    package func encode(into writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("profiles", profiles)
        }
    }
}
