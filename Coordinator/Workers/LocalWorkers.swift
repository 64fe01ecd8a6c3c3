// BitSweep
// SPDX-License-Identifier: Apache-2.0

import CommandLine
import Files
import Foundation
import Synchronization

/// Worker processes on this machine, started for one run and ended with it.
///
/// One that ends before the run does is started again; a worker that cannot even start is not tried for ever.
final class LocalWorkers: Sendable {
    /// What is started.
    struct Configuration: Sendable {
        /// The executable.
        var executable: URL
        /// Arguments of every worker.
        var arguments: [String]
        /// How many run at once.
        var count: Int
        /// Where what they print is kept, one file each.
        var logs: URL
        /// Shortest life of a worker that was any use; a shorter one counts as a failed start.
        var usefulLife: Duration = .seconds(5)
        /// Failed starts in a row after which a place stays empty.
        var failedStarts = 3
    }

    /// How a process ended.
    struct Exit: Hashable, Sendable {
        /// The signal that ended it, or its exit code.
        var explanation: String
        /// The last lines of what it printed, oldest first.
        var log: [String]
    }

    private struct State {
        var processes: [Int: Process] = [:]
        var isStopping = false
    }

    private let configuration: Configuration
    private let state = Mutex(State())
    /// Told of each process that ended although the run goes on, with a line for the user when its place stays empty.
    private let ended: @Sendable (_ process: UInt32, _ exit: Exit, _ notice: String?) -> Void

    init(_ configuration: Configuration, ended: @escaping @Sendable (UInt32, Exit, String?) -> Void) {
        self.configuration = configuration
        self.ended = ended
    }

    /// The worker executable that lies beside this one.
    static func executable() throws -> URL {
        let own = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
        let worker = own.deletingLastPathComponent().appending(path: "worker")
        guard FileManager.default.isExecutableFile(atPath: worker.path) else {
            throw CommandFailure.usage("no worker executable at \(worker.path); build it: swift build --product worker")
        }
        return worker
    }

    func start() throws {
        try FileManager.default.createDirectory(at: configuration.logs, withIntermediateDirectories: true)
        for place in 0..<configuration.count { try start(place, failures: 0) }
    }

    /// Ends all processes and waits until they have.
    func stop() {
        let processes = state.withLock { state in
            state.isStopping = true
            return Array(state.processes.values)
        }
        for process in processes where process.isRunning { process.terminate() }
        for process in processes { process.waitUntilExit() }
    }

    private func log(of place: Int) -> URL {
        configuration.logs.appending(path: "worker-\(place + 1).log")
    }

    private func start(_ place: Int, failures: Int) throws {
        let log = log(of: place)
        if !FileManager.default.fileExists(atPath: log.path) {
            _ = FileManager.default.createFile(atPath: log.path, contents: nil)
        }
        let output = try FileHandle(forWritingTo: log)
        try output.seekToEnd()
        let process = Process()
        process.executableURL = configuration.executable
        process.arguments = configuration.arguments
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = output
        process.standardError = output
        let begun = ContinuousClock.now
        process.terminationHandler = { [weak self] process in
            let lived = begun.duration(to: .now)
            self?.restart(place, after: process, lived: lived, failures: failures)
        }
        try state.withLock { state in
            guard !state.isStopping else { return }
            try process.run()
            state.processes[place] = process
        }
    }

    private func restart(_ place: Int, after process: Process, lived: Duration, failures: Int) {
        guard !state.withLock({ $0.isStopping }) else { return }
        let exit = Exit(explanation: process.explanation, log: lastLines(of: log(of: place)))
        let failures = lived < configuration.usefulLife ? failures + 1 : 0
        var notice: String?
        if failures < configuration.failedStarts {
            do {
                try start(place, failures: failures)
            } catch {
                notice = "local worker \(place + 1) could not be started again: \(SystemReason.text(of: error))"
            }
        } else {
            notice =
                "local worker \(place + 1) failed to start \(failures) times; its output is in \(log(of: place).path)"
        }
        ended(UInt32(process.processIdentifier), exit, notice)
    }

    private func lastLines(of log: URL) -> [String] {
        guard let file = try? FileHandle(forReadingFrom: log), let size = try? file.seekToEnd() else { return [] }
        defer { try? file.close() }
        try? file.seek(toOffset: size - min(size, 4096))
        let text = (try? file.readToEnd()).map { String(decoding: $0, as: UTF8.self) } ?? ""
        return text.split(separator: "\n").suffix(20).map(String.init)
    }
}

extension Process {
    /// What ended the process, in words.
    fileprivate var explanation: String {
        let status = terminationStatus
        guard terminationReason == .uncaughtSignal else { return "it ended with code \(status)" }
        let name = strsignal(status).map { String(cString: $0) } ?? "unknown"
        return "it was ended by signal \(status) (\(name))"
    }
}
