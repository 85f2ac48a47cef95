internal import DERCoding

// ConfigurationLoaded ::= SEQUENCE {
//     configurationHash  OCTET STRING }

/// The daemon began to work by this configuration.
package struct ConfigurationLoaded: Hashable, Sendable {
    /// SHA-256 of the configuration, as intents name it.
    package var configurationHash: [UInt8]

    package init(configurationHash: [UInt8]) {
        self.configurationHash = configurationHash
    }
}

extension ConfigurationLoaded {
    func encode(into fields: inout DERWriter) {
        fields.primitive(DERTag.octetString, configurationHash)
    }

    init(reading fields: inout DERReader) throws(DERError) {
        configurationHash = try fields.octets()
    }
}
