// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Glibc
import Synchronization

/// The one way to print anything: standard output, standard error, or a log.
///
/// What a command was started for is written with ``write(_:)``, which throws. Progress, notices and lines of log are
/// told with ``tell(_:lossLine:)``: work goes on where they cannot be written, and how many were lost is said in the
/// next line that can be.
package final class TextOutput: Sendable {
    /// Waits for its reader for as long as that takes.
    package static let standardOutput = TextOutput(borrowing: STDOUT_FILENO, Destination.standardOutput, patience: nil)
    /// Waits a second for its reader; after that, lines are lost until it reads again: no lease may end because a
    /// terminal was stopped.
    package static let standardError = TextOutput(borrowing: STDERR_FILENO, "standard error", patience: 1000)

    private struct State {
        /// Lines lost since one was written, and why the last of them was.
        var unsaid: Loss?
        var lost = 0
        var reason: Int32 = 0
        /// Whether what was written last ends within a line, because it was cut.
        var isCut = false
        /// Whether a reader was waited for in vain.
        var isStuck = false
    }

    /// Lines that could not be written.
    package struct Loss: Hashable, Sendable {
        package let lines: Int
        /// What the system said of the last of them, as `errno`.
        package let code: Int32

        /// `3 lines could not be written (No space left on device)`.
        package var words: String {
            "\(lines == 1 ? "1 line" : "\(lines) lines") could not be written (\(FileError.reason(code)))"
        }
    }

    /// Lines lost by all outputs of this process.
    private static let allLost = Atomic<Int>(0)

    private let descriptor: Descriptor
    private let name: String
    /// Milliseconds that a reader is waited for; nil for as long as it takes.
    private let patience: Int32?
    private let calls: SystemCalls
    private let state = Mutex(State())

    init(_ descriptor: Descriptor, _ name: String, patience: Int32?, calls: SystemCalls = .system) {
        self.descriptor = descriptor
        self.name = name
        self.patience = patience
        self.calls = calls
    }

    private convenience init(borrowing number: Int32, _ name: String, patience: Int32?) {
        self.init(Descriptor(borrowing: number), name, patience: patience)
    }

    /// Opens a log, to whose end lines are added, each in one go: lines of several processes do not mix.
    ///
    /// - Throws: ``FileError`` when the file cannot be opened.
    package convenience init(appendingTo path: String) throws(FileError) {
        do throws(Descriptor.Failure) {
            let file = try Descriptor(opening: path, O_WRONLY | O_CREAT | O_APPEND | O_NOCTTY, mode: 0o644)
            self.init(file, path, patience: 1000)
        } catch {
            throw FileError(path: path, code: error.code)
        }
    }

    /// How many lines this process has lost so far, wherever they should have gone.
    package static var lostLines: Int { allLost.load(ordering: .relaxed) }

    /// How many lines were lost so far, and why the last of them was; nil when none was.
    package var loss: Loss? {
        state.withLock { $0.lost > 0 ? Loss(lines: $0.lost, code: $0.reason) : nil }
    }

    /// Writes what the command was started for.
    ///
    /// - Throws: ``FileError``, with `EPIPE` when the reader has left.
    package func write(_ text: String) throws(FileError) {
        try state.withLock { state throws(FileError) in
            let (written, code) = put(Array(text.utf8), patience: nil)
            if code != 0 { state.isCut = written > 0 }
            if code != 0 { throw FileError(path: name, code: code) }
        }
    }

    /// Writes lines that may be lost, after one that says how many were.
    ///
    /// - Parameters:
    ///   - text: One line or more, with their ends; or a line that is rewritten, without.
    ///   - lossLine: Makes a line of what was lost, without its end, in the form that the reader expects.
    package func tell(_ text: String, lossLine: (String) -> String = { $0 }) {
        state.withLock { state in
            if let unsaid = state.unsaid {
                guard add("\(lossLine(unsaid.words))\n", to: &state) == 0 else { return lose(text, &state) }
                state.unsaid = nil
            }
            let code = add(text, to: &state)
            if code != 0 {
                state.reason = code
                lose(text, &state)
            }
        }
    }

    private func lose(_ text: String, _ state: inout State) {
        let lines = max(1, text.utf8.count { $0 == UInt8(ascii: "\n") })
        state.lost += lines
        Self.allLost.wrappingAdd(lines, ordering: .relaxed)
        state.unsaid = Loss(lines: (state.unsaid?.lines ?? 0) + lines, code: state.reason)
    }

    /// Writes a text behind what was written before; returns 0, or why it was not written whole.
    private func add(_ text: String, to state: inout State) -> Int32 {
        let bytes = Array(((state.isCut ? "\n" : "") + text).utf8)
        let (written, code) = put(bytes, patience: state.isStuck ? 0 : patience)
        state.isStuck = code == EAGAIN
        if written > 0 { state.isCut = code != 0 }
        return code
    }

    private func put(_ bytes: [UInt8], patience: Int32?) -> (written: Int, code: Int32) {
        // A regular file is never waited for; a pipe, a terminal or a socket takes something only after such a look.
        if let patience, !descriptor.isWritable(within: patience) { return (0, EAGAIN) }
        return descriptor.put(bytes, with: calls, patience: patience)
    }
}
