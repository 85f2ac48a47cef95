package import FoundationEssentials

/// An intent whose outcome is not on record.
package struct OpenIntent: Hashable, Sendable {
    /// Of the intent's record.
    package let sequence: UInt64
    package let certificateID: UUID
    package let authorityID: String
    /// The content octets of the serial's DER INTEGER.
    package let serial: [UInt8]
}
