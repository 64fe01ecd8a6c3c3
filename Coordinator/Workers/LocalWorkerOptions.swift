// BitSweep
// SPDX-License-Identifier: Apache-2.0

import CommandLine
import Engine
import Foundation
import SweepPlan
import Synchronization
import Vocabulary
import WireProtocol

/// The workers that a run starts on this machine, and what each is told.
struct LocalWorkerOptions: Sendable {
    /// How many; they share the processors that this process may use.
    let count: Int
    /// Where data sets are.
    let dataDirectory: String?
    /// How they connect.
    let security: EndpointSecurity
    /// Raised when a local worker ends before the run does.
    private let hadEnds = Flag()

    init(count: Int, dataDirectory: String?, security: EndpointSecurity) {
        self.count = count
        self.dataDirectory = dataDirectory
        self.security = security
    }

    /// What the coordinator itself has open beside the files for each local worker: its log, its connection and what
    /// tells of its end.
    private static let openFiles = (own: 64, ofWorker: 8)

    /// Sees to it that as many files can be open as this process needs with these workers, and with so many `others`.
    ///
    /// - Throws: `CommandFailure.usage` where the system does not allow so many.
    func requireOpenFiles(besides others: Int) throws(CommandFailure) {
        try OpenFileLimit.require(Self.openFiles.own + others + count * Self.openFiles.ofWorker)
    }

    /// Starts the workers of a run, if there are to be any; their lines and ends come into the status and the mailbox.
    func start(
        for run: String,
        connecting endpoint: String,
        _ mailbox: LoopMailbox,
        _ status: RunStatus
    ) throws -> LocalWorkers? {
        guard count > 0 else { return nil }
        let logs = Self.logs(of: run)
        do {
            try FileManager.default.createDirectory(at: logs, withIntermediateDirectories: true)
        } catch {
            throw CommandFailure.failed("\(logs.path): cannot be made; set TMPDIR to a directory that can be written")
        }
        let workers = LocalWorkers(
            LocalWorkers.Configuration(
                executable: try LocalWorkers.executable(),
                arguments: try arguments(connecting: endpoint, logs),
                count: count,
                logs: logs
            ),
            observer: LocalWorkers.Observer(
                ended: { [hadEnds] process, exit, notice in
                    hadEnds.raise()
                    if let notice { status.notice(notice) }
                    mailbox.post(.localWorkerEnded(process: process, exit))
                },
                allEnded: { mailbox.post(.localWorkersGone($0)) },
                hasComputed: { [host = ProcessInfo.processInfo.hostName] process in
                    status.current.workers.contains {
                        $0.process == process && $0.host == host && $0.imagesDone > 0
                    }
                }
            )
        )
        try workers.start()
        return workers
    }

    /// That the workers may need more memory for the plan's largest model than there is; nil when they do not.
    func memoryNotice(_ plan: PlannedSweep) -> String? {
        let models = plan.grid.models.map { plan.model($0).spec }
        guard count > 0, let free = FreeMemory().bytes(),
            let largest = models.max(by: { ($0.bytes ?? 0) < ($1.bytes ?? 0) }), let size = largest.bytes
        else { return nil }
        let memory = ModelMemory(path: "model '\(largest.name)'", size: size, free: free / count)
        return memory.isTooMuch ? "\(memory) for each of \(count) local workers; start fewer" : nil
    }

    /// Removes the key file that the run's workers were given.
    func forgetKey(of run: String) { security.forgetLocalKey(in: Self.logs(of: run)) }

    /// Removes what the run's workers printed, unless it may tell why something failed: then the user is told where.
    func settleLogs(of run: String, isNeeded: Bool, _ status: RunStatus) {
        let logs = Self.logs(of: run)
        guard count > 0, FileManager.default.fileExists(atPath: logs.path) else { return }
        if isNeeded || hadEnds.isRaised {
            status.notice("what the local workers printed is kept in \(logs.path)")
        } else {
            try? FileManager.default.removeItem(at: logs)
        }
    }

    private func arguments(connecting endpoint: String, _ logs: URL) throws -> [String] {
        let process = ProcessInfo.processInfo
        let threads = max(1, AvailableProcessors.own.count / count)
        var arguments = ["run", "--connect", Endpoint.local(endpoint), "--threads", String(threads)]
        arguments += ["--parent", String(process.processIdentifier)]
        arguments += try security.workerArguments(in: logs)
        if let dataDirectory { arguments += ["--data", URL(filePath: dataDirectory).path] }
        return arguments
    }

    /// Where local workers leave what they print.
    private static func logs(of run: String) -> URL {
        FileManager.default.temporaryDirectory.appending(path: "bitsweep-\(run)")
    }
}

/// Something that happens once, told between threads.
private final class Flag: Sendable {
    private let value = Atomic(false)

    var isRaised: Bool { value.load(ordering: .acquiring) }

    func raise() { value.store(true, ordering: .releasing) }
}
