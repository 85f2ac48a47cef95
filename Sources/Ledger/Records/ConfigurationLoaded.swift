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
    func encode(into bytes: inout [UInt8]) {
        bytes.appendDER(.sequence) { bytes in bytes.appendDER(.octetString, configurationHash) }
    }

    init(reading reader: inout DERReader) throws(DERReader.Malformed) {
        var fields = try reader.sequence()
        configurationHash = try fields.octets(.octetString)
        try fields.end()
    }
}
