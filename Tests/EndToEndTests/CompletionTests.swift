import TestSupport
import Testing

/// Completion scripts that the programs print, as a shell uses them.
@Suite("shell completions")
struct CompletionTests {
    @Test(
        "bash completes commands and options of both programs",
        arguments: [
            ("countersign", ["key", "im"], "import"),
            ("countersign", ["key", "import", "--passphrase-fi"], "--passphrase-file"),
            ("countersign", ["ledger", "ver"], "verify"), ("countersignd", ["--che"], "--check"),
        ])
    func bash(_ name: String, _ words: [String], _ completion: String) throws {
        // Bash looks a program up by the name that was typed.
        let script = """
            program=$1 name=$2; shift 2
            PATH=${program%/*}:$PATH
            source <("$program" --generate-completion-script bash) || exit 1
            COMP_WORDS=("$name" "$@") COMP_CWORD=$# COMP_LINE="$name $*" COMP_POINT=$((${#name} + 1 + $(printf %s "$*" | wc -c)))
            previous=${COMP_WORDS[COMP_CWORD - 1]}
            "_$name" "$name" "${COMP_WORDS[COMP_CWORD]}" "$previous"
            printf '%s\\n' "${COMPREPLY[@]}"
            """
        let ended = try ChildProcess.run(
            "bash", ["-c", script, "bash", RunningDaemon.program(name), name] + words)
        #expect(ended.status == 0 && ended.errors == "", "\(ended)")
        #expect(ended.output.split(whereSeparator: \.isWhitespace).contains { $0 == completion }, "\(ended)")
    }

    @Test("zsh and fish get a script, too", arguments: ["countersign", "countersignd"], ["zsh", "fish"])
    func others(_ name: String, _ shell: String) throws {
        let ended = try ChildProcess.run(RunningDaemon.program(name), ["--generate-completion-script", shell])
        #expect(
            ended.status == 0 && ended.output.contains(shell == "zsh" ? "#compdef \(name)" : "complete -c '\(name)'"))
    }
}
