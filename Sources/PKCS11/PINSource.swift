import Glibc

/// Where a PIN comes from. Never an argument or a variable of the environment: others can read those.
package enum PINSource: Hashable, Sendable {
    /// A regular file of mode 0400 or 0600 that belongs to the process's effective user. Absolute path.
    case file(String)
    /// A descriptor that the parent process left open; it is read to its end and closed, so it serves once.
    case descriptor(Int32)
    /// A systemd credential: a file in `$CREDENTIALS_DIRECTORY`.
    case credential(String)

    /// Reads the PIN. One trailing newline is not part of it.
    ///
    /// - Parameter credentialsDirectory: where credentials are; by default what the environment says.
    package func read(
        credentialsDirectory: String? = Self.credentialsDirectory
    ) throws(PKCS11Error) -> PIN {
        switch self {
        case .file(let path):
            return try Self.read(path) { status throws(PKCS11Error) in
                guard status.st_uid == geteuid() else {
                    throw .pin("file \(path) belongs to another user; it has to be this process's own")
                }
                guard [0o400, 0o600].contains(status.st_mode & 0o7777) else {
                    throw .pin("file \(path) has a mode other than 0400 and 0600; chmod it")
                }
            }
        case .descriptor(let descriptor):
            // What this process opens itself is closed on exec; what it inherited cannot be. A number that was not handed
            // down may be a file of the daemon's own, which must be neither read as a PIN nor closed.
            let flags = fcntl(descriptor, F_GETFD)
            guard flags >= 0, flags & FD_CLOEXEC == 0 else {
                throw .pin("comes from descriptor \(descriptor), which was not handed down to this process")
            }
            defer { close(descriptor) }
            return try PIN(reading: descriptor)
        case .credential(let name):
            return try Self.readCredential(name, in: credentialsDirectory)
        }
    }

    /// systemd's `$CREDENTIALS_DIRECTORY`.
    package static var credentialsDirectory: String? {
        unsafe getenv("CREDENTIALS_DIRECTORY").map { unsafe String(cString: $0) }
    }

    private static func readCredential(_ name: String, in directory: String?) throws(PKCS11Error) -> PIN {
        guard !name.isEmpty, name != ".", name != "..", !name.utf8.contains(UInt8(ascii: "/")) else {
            throw .pin("comes from a credential whose name is not a plain file name: \(name)")
        }
        guard let directory, directory.hasPrefix("/") else {
            throw .pin(
                "comes from the systemd credential \(name), but CREDENTIALS_DIRECTORY is not set: the unit has to load it "
                    + "(LoadCredential=)")
        }
        let path = directory + "/" + name
        return try read(path) { status throws(PKCS11Error) in
            // systemd may leave the file to root and let the service's user in by an ACL, whose mask stands in the
            // group's bits.
            guard status.st_uid == geteuid() || status.st_uid == 0, status.st_mode & 0o7337 == 0 else {
                throw .pin("credential \(path) can be read or written by others; take that away")
            }
        }
    }

    private static func read(
        _ path: String, check: (stat) throws(PKCS11Error) -> Void
    ) throws(PKCS11Error) -> PIN {
        guard path.hasPrefix("/"), !path.utf8.contains(0) else {
            throw .pin("file is not named by an absolute path: \(path)")
        }
        // O_NONBLOCK: opening a FIFO must not wait for a writer; fstat then refuses it.
        let descriptor = unsafe open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else {
            throw .pin(
                errno == ELOOP
                    ? "file \(path) is a symbolic link; name the file itself"
                    : "file \(path) cannot be opened: \(FileError(code: errno))")
        }
        defer { close(descriptor) }
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0 else {
            throw .pin("file \(path) cannot be examined: \(FileError(code: errno))")
        }
        guard status.st_mode & S_IFMT == S_IFREG else { throw .pin("file \(path) is not a regular file") }
        try check(status)
        return try PIN(reading: descriptor)
    }
}

extension PINSource: CustomStringConvertible {
    package var description: String {
        switch self {
        case .file(let path): "file \(path)"
        case .descriptor(let number): "file descriptor \(number)"
        case .credential(let name): "systemd credential \(name)"
        }
    }
}
