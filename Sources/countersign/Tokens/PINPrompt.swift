import Console
import Glibc
import PKCS11

/// Asks a person for a PIN, on the terminal and not on standard input, and shows nothing of it.
enum PINPrompt {
    /// - Throws: `CommandFailure` where there is no terminal to ask on, or nothing was entered.
    static func ask(
        _ what: String, options: String = "--pin-file, --pin-fd or --pin-credential"
    ) throws(CommandFailure) -> PIN {
        let terminal = unsafe open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC)
        guard terminal >= 0 else {
            throw CommandFailure(
                .noInput,
                "the \(what) cannot be asked for, since there is no terminal: give \(options)."
            )
        }
        defer { close(terminal) }
        var before = termios()
        guard unsafe tcgetattr(terminal, &before) == 0 else {
            throw CommandFailure(.noInput, "the terminal cannot be told to show nothing: \(describe(errno)).")
        }
        var silent = before
        // ^C comes as a character, and at once, so that the terminal is never left silent.
        silent.c_lflag &= ~tcflag_t(ECHO | ISIG | ICANON)
        unsafe withUnsafeMutableBytes(of: &silent.c_cc) { controls in
            unsafe controls[Int(VMIN)] = 1
            unsafe controls[Int(VTIME)] = 0
        }
        guard unsafe tcsetattr(terminal, TCSAFLUSH, &silent) == 0 else {
            throw CommandFailure(.noInput, "the terminal cannot be told to show nothing: \(describe(errno)).")
        }
        defer {
            unsafe tcsetattr(terminal, TCSAFLUSH, &before)
            write([UInt8(ascii: "\n")], to: terminal)
        }
        write(Array("\(what.printable): ".utf8), to: terminal)
        do { return try PIN(readingLineOf: terminal) } catch {
            guard case .pin(let why) = error else { throw CommandFailure(.noInput, "\(error).") }
            throw CommandFailure(.noInput, "the \(what) \(why).")
        }
    }

    /// A new one, twice.
    static func askForNew(_ what: String) throws(CommandFailure) -> PIN {
        let first = try ask(what)
        let second = try ask("\(what), again")
        guard first.isSame(as: second) else { throw CommandFailure(.refused, "the two differ; nothing was changed.") }
        return first
    }

    private static func write(_ octets: [UInt8], to terminal: Int32) {
        _ = unsafe octets.withUnsafeBytes { unsafe Glibc.write(terminal, $0.baseAddress, $0.count) }
    }
}
