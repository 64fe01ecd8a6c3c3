// BitSweep
// SPDX-License-Identifier: Apache-2.0

import CommandLine
import Files
import Foundation
import Synchronization

/// Worker processes on this machine, started for one run and ended with it.
///
/// One that ends before the run does is started again; one that ends again and again without computing anything is not
/// tried for ever.
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
        /// Lives in a row that a signal ended before they gave anything, after which a place stays empty: one more than a
        /// shard survives, so that one shard which kills its worker does not end the run.
        var vainLives = 6
    }

    /// How a process ended.
    struct Exit: Hashable, Sendable {
        /// The signal that ended it; nil where it ended by itself.
        var signal: Int32?
        /// The signal that ended it, or its exit code.
        var explanation: String
        /// The last lines of what it printed, oldest first.
        var log: [String]

        /// Whether it was killed, as the system does when memory is short.
        var isKilled: Bool { signal == SIGKILL }
    }

    /// What the processes tell.
    struct Observer: Sendable {
        /// Told of each process that ended although the run goes on, with a line for the user when its place stays empty.
        var ended: @Sendable (_ process: UInt32, _ exit: Exit, _ notice: String?) -> Void
        /// Told once no place has a process any more, and none is started again; how the last one ended.
        var allEnded: @Sendable (Exit) -> Void
        /// Whether the process has computed anything.
        var hasComputed: @Sendable (_ process: UInt32) -> Bool
    }

    private struct State {
        var processes: [Int: Process] = [:]
        /// Places that stay empty.
        var givenUp: Set<Int> = []
        var isStopping = false
    }

    private let configuration: Configuration
    private let state = Mutex(State())
    private let observer: Observer

    init(_ configuration: Configuration, observer: Observer) {
        self.configuration = configuration
        self.observer = observer
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
        let number = UInt32(process.processIdentifier)
        let exit = Exit(
            signal: process.terminationReason == .uncaughtSignal ? process.terminationStatus : nil,
            explanation: process.explanation,
            log: lastLines(of: log(of: place))
        )
        let isOfUse = observer.hasComputed(number) || exit.signal == nil && lived >= configuration.usefulLife
        let notice = startAgain(place, after: exit, failures: isOfUse ? 0 : failures + 1)
        observer.ended(number, exit, notice)
        if notice != nil, giveUp(place) { observer.allEnded(exit) }
    }

    /// Starts another process, unless as many as may have ended in vain; returns why there is none.
    private func startAgain(_ place: Int, after exit: Exit, failures: Int) -> String? {
        let name = "local worker \(place + 1)"
        let most = exit.signal == nil ? configuration.failedStarts : configuration.vainLives
        guard failures < most else {
            return "\(name) ended \(failures) times without computing anything, the last time so: \(exit.explanation); "
                + "its output is in \(log(of: place).path)"
        }
        do {
            try start(place, failures: failures)
            return nil
        } catch {
            return "\(name) could not be started again: \(SystemReason.text(of: error))"
        }
    }

    /// Leaves a place empty; returns whether all are.
    private func giveUp(_ place: Int) -> Bool {
        state.withLock { state in
            state.givenUp.insert(place)
            return state.givenUp.count == configuration.count
        }
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
        // Nothing else tells that the system took its memory back.
        if status == SIGKILL { return "worker killed (out of memory?)" }
        let name = strsignal(status).map { String(cString: $0) } ?? "unknown"
        return "it was ended by signal \(status) (\(name))"
    }
}
