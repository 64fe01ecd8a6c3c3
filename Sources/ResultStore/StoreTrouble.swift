// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// Why a store cannot be written or read for the time being: it may pass by itself, or when somebody sees to it.
public struct StoreTrouble: Hashable, Sendable {
    /// What is wrong, such as `the disk of results.sqlite is full`.
    public let problem: String
    /// What would help, such as `free some space`.
    public let remedy: String
}

extension ResultStoreError {
    /// What is wrong for the time being; nil for errors that stay.
    ///
    /// Nothing of the transaction was written, and it can be tried again.
    public var trouble: StoreTrouble? {
        switch self {
        case .diskFull(let path): StoreTrouble(problem: "the disk of \(path) is full", remedy: "free some space")
        case .quotaUsedUp(let path):
            StoreTrouble(
                problem: "the disk quota of \(path) is used up",
                remedy: "free some space of its owner's, or have the quota raised"
            )
        case .fileTooLarge(let path):
            StoreTrouble(
                problem: "\(path) has reached the largest size of a file",
                remedy: "move it to where files may be larger, or end the run and raise 'ulimit -f'"
            )
        case .inputOutput(let path, let reason):
            StoreTrouble(problem: "\(path) cannot be read or written (\(reason))", remedy: "see to its disk")
        case .busy(let path):
            StoreTrouble(problem: "another process keeps \(path) locked", remedy: "end it, or wait for it")
        default: nil
        }
    }
}
