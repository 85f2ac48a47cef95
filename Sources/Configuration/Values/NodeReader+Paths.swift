extension NodeReader {
    /// A path; a relative one starts from the folder of the configuration file.
    func filePath() -> String? {
        guard let text = text() else { return nil }
        guard !text.hasPrefix("~") else {
            refuse("begins with `~`, which only a shell expands; write the whole path")
            return nil
        }
        return text.hasPrefix("/") ? text : reading.folder + "/" + text
    }

    /// A path that has to be absolute as written: what is loaded as code should not depend on where a file lies.
    func absolutePath() -> String? {
        guard let text = text() else { return nil }
        guard text.hasPrefix("/") else {
            refuse("is not an absolute path")
            return nil
        }
        return text
    }
}
