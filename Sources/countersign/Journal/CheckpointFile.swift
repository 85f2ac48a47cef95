import Console
import Issuance
import Ledger

/// Checkpoints that are kept outside their journal: PEM blocks one after the other, each with a line for people before it.
enum CheckpointFile {
    /// A checkpoint each minute makes a file of this size in a year.
    private static let maximumSize = 1 << 28

    /// As it stands in a file.
    static func text(of checkpoint: Checkpoint) -> String {
        checkpoint.caption + "\n" + PEM.encode(checkpoint.der, label: Checkpoint.pemLabel)
    }

    /// - Throws: `CommandFailure` for a file that cannot be read, or holds anything but checkpoints.
    static func read(_ path: String) throws(CommandFailure) -> [Checkpoint] {
        let text = try InputFile.text(at: path, maximumSize: maximumSize)
        let blocks: [PEMBlock]
        do { blocks = try PEM.decode(text, surroundings: .anyText) } catch {
            throw CommandFailure(.refused, "\(path) \(error).")
        }
        var checkpoints: [Checkpoint] = []
        for block in blocks {
            guard block.label == Checkpoint.pemLabel, let checkpoint = Checkpoint(der: block.der) else {
                throw CommandFailure(.refused, "\(path) holds something else than checkpoints.")
            }
            checkpoints.append(checkpoint)
        }
        return checkpoints
    }
}
