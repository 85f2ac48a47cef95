/// Why bytes are not the DER of what was to be read (X.690 § 8, § 10, § 11).
package enum DERError: Error, Hashable, Sendable, CaseIterable {
    case truncated
    case trailingData
    case unexpectedTag
    case nonMinimalTag
    case indefiniteLength
    case nonMinimalLength
    case nestedTooDeep
    case invalidBoolean
    case defaultEncoded
    case invalidInteger
    case invalidObjectIdentifier
    case invalidBitString
    case invalidNull
    case unsortedSet
    case repeatedInSet
    case emptySet
    case emptySequence
    case invalidTime
    case invalidString
    case unexpectedValue
}

extension DERError: CustomStringConvertible {
    /// A clause by itself.
    package var description: String {
        switch self {
        case .truncated: "it ends too early"
        case .trailingData: "something follows where nothing may"
        case .unexpectedTag: "an element is missing or of another type than its place asks for"
        case .nonMinimalTag: "a tag is not in its shortest form"
        case .indefiniteLength: "a length is indefinite, which BER has and DER has not"
        case .nonMinimalLength: "a length is not in its shortest form"
        case .nestedTooDeep: "its elements are nested too deep"
        case .invalidBoolean: "a BOOLEAN is neither 00 nor FF"
        case .defaultEncoded: "a DEFAULT value is written out"
        case .invalidInteger: "an INTEGER is empty or not in its shortest form"
        case .invalidObjectIdentifier: "an OBJECT IDENTIFIER is empty, cut off, padded or has an arc over 63 bits"
        case .invalidBitString: "a BIT STRING has unused bits that are set, or too many of them"
        case .invalidNull: "a NULL is not empty"
        case .unsortedSet: "the elements of a SET OF are not in ascending order"
        case .repeatedInSet: "a SET OF holds the same element twice"
        case .emptySet: "a SET is empty that has to hold an element"
        case .emptySequence: "a SEQUENCE is empty that has to hold an element"
        case .invalidTime: "a time is none that exists, or not in the form that RFC 5280 gives it"
        case .invalidString: "a string holds what its type cannot"
        case .unexpectedValue: "a value is not one of those that its place allows"
        }
    }
}
