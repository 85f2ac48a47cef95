import Glibc
import Yams

extension NodeReader {
    /// The top of a YAML document, and where what is wrong with it is noted.
    ///
    /// - Parameter path: of its file, absolute, or relative to the working directory.
    /// - Throws: `ConfigurationError` for what is no YAML.
    static func root(of bytes: [UInt8], path: String) throws(ConfigurationError) -> (NodeReader, Reading) {
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw ConfigurationError(file: path, "The file is not UTF-8.")
        }
        let document: YAMLDocument
        do throws(YAMLSyntaxError) {
            document = try YAMLDocument(text)
        } catch {
            throw ConfigurationError(file: path, problems: error.problems)
        }
        let reading = Reading(absolutePath: path.hasPrefix("/") ? path : workingDirectory() + "/" + path)
        return (NodeReader(node: document.root, path: "", reading: reading), reading)
    }

    private static func workingDirectory() -> String {
        guard let path = unsafe getcwd(nil, 0) else { return "." }
        defer { unsafe free(path) }
        return unsafe String(cString: path)
    }
}
