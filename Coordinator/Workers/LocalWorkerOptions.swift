// BitSweep
// SPDX-License-Identifier: Apache-2.0

import CommandLine
import Foundation

/// The workers that a run starts on this machine, and what each is told.
struct LocalWorkerOptions: Sendable {
    /// How many; they share the processors.
    let count: Int
    /// Where data sets are.
    let dataDirectory: String?
    /// How they connect.
    let security: EndpointSecurity

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
        try FileManager.default.createDirectory(at: logs, withIntermediateDirectories: true)
        let workers = LocalWorkers(
            LocalWorkers.Configuration(
                executable: try LocalWorkers.executable(),
                arguments: try arguments(connecting: endpoint, logs),
                count: count,
                logs: logs
            ),
            ended: { process, exit, notice in
                if let notice { status.notice(notice) }
                mailbox.post(.localWorkerEnded(process: process, exit))
            }
        )
        try workers.start()
        return workers
    }

    /// Removes the key file that the run's workers were given.
    func forgetKey(of run: String) { security.forgetLocalKey(in: Self.logs(of: run)) }

    private func arguments(connecting endpoint: String, _ logs: URL) throws -> [String] {
        let process = ProcessInfo.processInfo
        let threads = max(1, process.activeProcessorCount / count)
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
