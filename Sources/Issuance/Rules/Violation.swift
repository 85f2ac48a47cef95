/// One broken rule of a request: what, where, and in words that tell its sender how to mend it.
package struct Violation: Hashable, Sendable {
    package let rule: Rule
    /// Where: a path such as `csr.subject.CN`, `csr.extensions.subjectAlternativeName[2]` or `notAfter`.
    package let path: String
    /// A sentence without what the sender did not send.
    package let message: String

    package init(_ rule: Rule, at path: String, _ message: String) {
        self.rule = rule
        self.path = path
        self.message = message
    }
}

/// A rule that a request can break: its name on the wire, and the standard it comes from.
package struct Rule: Hashable, Sendable, CustomStringConvertible {
    /// Stable, in lower camel case: clients compare it.
    package let name: String
    /// Such as `RFC 5280 § 4.2.1.6`.
    package let source: String

    package init(_ name: String, _ source: String) {
        self.name = name
        self.source = source
    }

    package var description: String { name }
}
