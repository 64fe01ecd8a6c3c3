// BitSweep
// SPDX-License-Identifier: Apache-2.0

package import Foundation
import Synchronization

/// A program of the system that is run to its end, such as `sbatch` or `ssh`.
package struct ExternalCommand: Hashable, Sendable {
    /// How it ended.
    package struct Outcome: Hashable, Sendable {
        /// The exit code; minus the signal's number where one ended it.
        package var code: Int32
        /// What it printed on standard output.
        package var output: String
        /// What it printed on standard error.
        package var errors: String
        /// Whether it was ended because it took too long.
        package var isLate: Bool

        package var isSuccess: Bool { code == 0 && !isLate }

        /// The last line that says why it failed.
        package var reason: String {
            if isLate { return "it did not answer in time" }
            let lines = (errors.isEmpty ? output : errors).split(whereSeparator: \.isNewline)
            if let last = lines.last { return String(last) }
            return code < 0 ? "it was ended by signal \(-code)" : "it ended with code \(code)"
        }
    }

    /// The program, found in PATH unless it is a path.
    package var program: String
    package var arguments: [String]
    /// What it reads from standard input.
    package var input: Data
    /// After which it is ended.
    package var timeout: Duration

    /// A command that reads nothing and has a minute.
    package init(_ program: String, _ arguments: [String], input: Data = Data(), timeout: Duration = .seconds(60)) {
        self.program = program
        self.arguments = arguments
        self.input = input
        self.timeout = timeout
    }

    /// Runs it to its end, in a thread of its own.
    ///
    /// - Parameter environment: the variables of this process, unless given.
    /// - Returns: how it ended.
    /// - Throws: `LaunchError` where there is no such program.
    package func run(environment: [String: String] = ProcessInfo.processInfo.environment) async throws -> Outcome {
        guard let file = Self.find(program, in: environment["PATH"] ?? "") else {
            throw LaunchError("there is no '\(program)' in PATH")
        }
        return try await withCheckedThrowingContinuation { continuation in
            Thread.detachNewThread {
                continuation.resume(with: Result { try finish(file, environment) })
            }
        }
    }

    /// The executable that a shell would run.
    package static func find(_ program: String, in path: String) -> URL? {
        let files = FileManager.default
        if program.contains("/") { return files.isExecutableFile(atPath: program) ? URL(filePath: program) : nil }
        return path.split(separator: ":").lazy.map { URL(filePath: "\($0)/\(program)") }
            .first { files.isExecutableFile(atPath: $0.path) }
    }

    private func finish(_ file: URL, _ environment: [String: String]) throws -> Outcome {
        let process = Process()
        let (input, output, errors) = (Pipe(), Pipe(), Pipe())
        (process.executableURL, process.arguments, process.environment) = (file, arguments, environment)
        (process.standardInput, process.standardOutput, process.standardError) = (input, output, errors)
        do {
            try process.run()
        } catch {
            throw LaunchError("\(file.path): cannot be started")
        }
        let deadline = Deadline(of: process, after: timeout)
        let texts = gather([output, errors], writing: input)
        process.waitUntilExit()
        let isLate = deadline.withdraw()
        let status = process.terminationStatus
        return Outcome(
            code: process.terminationReason == .uncaughtSignal ? -status : status,
            output: texts[0],
            errors: texts[1],
            isLate: isLate
        )
    }

    /// Everything that comes out of `pipes`: read at once, since a full one would stop the process.
    ///
    /// Each in a thread of its own, since a machine may have fewer processors than there are pipes.
    private func gather(_ pipes: [Pipe], writing entrance: Pipe) -> [String] {
        let texts = Mutex([String](repeating: "", count: pipes.count))
        let reading = DispatchGroup()
        for (place, file) in pipes.map(\.fileHandleForReading).enumerated() {
            reading.enter()
            Thread.detachNewThread {
                let data = (try? file.readToEnd()) ?? Data()
                texts.withLock { $0[place] = String(decoding: data, as: UTF8.self) }
                reading.leave()
            }
        }
        // A process that does not want it all has a reason, which it says. The thread is this command's own, and the process
        // was started before: neither it nor anybody else is left without the signal.
        var broken = sigset_t()
        sigemptyset(&broken)
        sigaddset(&broken, SIGPIPE)
        pthread_sigmask(SIG_BLOCK, &broken, nil)
        try? entrance.fileHandleForWriting.write(contentsOf: input)
        try? entrance.fileHandleForWriting.close()
        reading.wait()
        return texts.withLock { $0 }
    }
}

/// Ends a process that takes too long.
private final class Deadline: Sendable {
    private enum State { case ahead, passed, withdrawn }

    private let state = Mutex(State.ahead)

    init(of process: Process, after timeout: Duration) {
        let pid = process.processIdentifier
        DispatchQueue.global().asyncAfter(deadline: .now() + timeout / .seconds(1)) { [self] in
            state.withLock { state in
                guard state == .ahead else { return }
                state = .passed
                // Threads of tasks block all other signals, and so do the programs that they start.
                kill(pid, SIGKILL)
            }
        }
    }

    /// Returns whether it had passed.
    func withdraw() -> Bool {
        state.withLock { state in
            defer { if state == .ahead { state = .withdrawn } }
            return state == .passed
        }
    }
}
