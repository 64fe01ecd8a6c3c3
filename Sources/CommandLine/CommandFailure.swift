// BitSweep
// SPDX-License-Identifier: Apache-2.0

package import ArgumentParser
import Files
import Foundation

/// How a command ends when it does not succeed; scripts may rely on the codes.
package enum CommandFailure: Error, CustomStringConvertible {
    /// The command line or a file it names cannot be used: code 2.
    case usage(String)
    /// The command was understood and did not work out: code 1.
    case failed(String)
    /// It was asked to end before it was done: code 3.
    case cutShort(String)

    package var description: String {
        switch self {
        case .usage(let message), .failed(let message), .cutShort(let message): message
        }
    }

    package var exitCode: ExitCode {
        switch self {
        case .usage: ExitCode(2)
        case .failed: ExitCode(1)
        case .cutShort: ExitCode(3)
        }
    }
}

/// Runs a command's body; its errors become lines on standard error and an exit code.
///
/// ArgumentParser would print "Error:" and the usage beneath; here a line is the whole message. An error that is no
/// `CommandFailure` counts as `failed`.
///
/// - Throws: an `ExitCode`, and nothing else.
package func reportingErrors<Value>(_ body: () async throws -> Value) async throws -> Value {
    do {
        return try await body()
    } catch let code as ExitCode {
        throw code
    } catch let error as FileError where error.isLeftByReader {
        endAsLeftByReader()
    } catch {
        let failure = error as? CommandFailure ?? .failed(SystemReason.line(of: error))
        Terminal.error.tell("\(failure.description)\n")
        throw failure.exitCode
    }
}

/// Ends the process as the system ends one that nobody listens to any more (`| head`): without a word.
private func endAsLeftByReader() -> Never {
    signal(SIGPIPE, SIG_DFL)
    // Threads of tasks are started with all signals blocked.
    var signals = sigset_t()
    sigemptyset(&signals)
    sigaddset(&signals, SIGPIPE)
    pthread_sigmask(SIG_UNBLOCK, &signals, nil)
    raise(SIGPIPE)
    exit(128 + SIGPIPE)
}
