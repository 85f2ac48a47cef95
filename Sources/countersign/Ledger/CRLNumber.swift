import ArgumentParser

/// A CRL's number as people write it: decimal, or hexadecimal after 0x, as openssl crl -crlnumber prints it.
struct CRLNumber: ExpressibleByArgument {
    let value: UInt64

    init?(argument: String) {
        let text = argument.lowercased()
        guard let first = text.first, first.isASCII, first.isNumber else { return nil }
        guard let value = text.hasPrefix("0x") ? UInt64(text.dropFirst(2), radix: 16) : UInt64(text) else { return nil }
        self.value = value
    }
}
