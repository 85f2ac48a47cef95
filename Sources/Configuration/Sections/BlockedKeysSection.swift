import Yams

extension NodeReader {
    /// Hashes of keys that are never certified: a list of them, or the path of a file with one a line.
    func blockedKeys() -> Set<[UInt8]>? {
        guard case .sequence = node else { return blockedKeyFile() }
        let hashes = uniqueList { entry -> [UInt8]? in
            guard let text = entry.text() else { return nil }
            guard let hash = Self.sha256(text.utf8[...]) else {
                entry.refuse("is not a SHA-256 in 64 hexadecimal digits")
                return nil
            }
            return hash
        }
        return hashes.map { Set($0) }
    }

    /// Empty lines and lines that begin with `#` are passed over.
    private func blockedKeyFile() -> Set<[UInt8]>? {
        guard let path = filePath() else { return nil }
        let file: ConfigurationFile
        do throws(FileRefusal) {
            // A quarter of a million keys.
            file = try ConfigurationFile(path: path, maximumSize: 16 << 20)
        } catch {
            refuse("is \(path). \(error.sentence)")
            return nil
        }
        var hashes: Set<[UInt8]> = []
        let lines = file.bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        for (index, line) in lines.enumerated() {
            let line = line.last == UInt8(ascii: "\r") ? line.dropLast() : line
            if line.isEmpty || line.first == UInt8(ascii: "#") { continue }
            guard let hash = Self.sha256(line) else {
                refuse("is \(path), whose line \(index + 1) is not a SHA-256 in 64 hexadecimal digits")
                return nil
            }
            hashes.insert(hash)
        }
        return hashes
    }

    private static func sha256(_ digits: some Collection<UInt8>) -> [UInt8]? {
        let values = digits.compactMap(\.hexValue)
        guard values.count == digits.count, values.count == 64 else { return nil }
        return stride(from: 0, to: 64, by: 2).map { values[$0] << 4 | values[$0 + 1] }
    }
}
