// BitSweep
// SPDX-License-Identifier: Apache-2.0

import CommandLine
import Engine
import Foundation
import Kernels
import Logging
import ResultStore
import Scheduling
import ServiceLifecycle
import SweepPlan
import Vocabulary
import ZeroMQ

/// One execution of `coordinator run`, from opening the store to the final table.
struct RunSession {
    let plan: PlannedSweep
    let storePath: String
    let endpoint: Endpoint
    let security: EndpointSecurity
    let kernels: KernelSet
    let localWorkers: Int
    let dataDirectory: String?
    let report: RunReport
    let scheduling: SchedulingConfiguration
    let log: Logger

    /// Runs the sweep to its end or to an interruption.
    func run() async throws -> CoordinatorLoop.Ending {
        Machine.raiseFileLimit()
        let store = try ResultStore.open(storePath)
        let mailbox = try LoopMailbox()
        let status = RunStatus()
        let loop = LoopThread(mailbox: mailbox) { try compute(store, mailbox, status) }
        let services: [any Service] = [
            ProgressService(report: report, status: status),
            SignalService(mailbox: mailbox, report: report),
        ]
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: [.init(service: loop, successTerminationBehavior: .gracefullyShutdownGroup)]
                    + services.map { .init(service: $0) },
                logger: Logger(label: "coordinator", factory: { _ in SwiftLogNoOpLogHandler() })
            )
        )
        try await group.run()
        let (work, ending) = try loop.outcome()
        try report.end(ending, work, store, storePath, status)
        return ending
    }

    /// The life of the loop's thread: listen, begin the run, compute, and leave the store in order.
    private func compute(
        _ store: ResultStore,
        _ mailbox: LoopMailbox,
        _ status: RunStatus
    ) throws -> (RunWork, CoordinatorLoop.Ending) {
        let context = try Context()
        // Before the socket, and so stopped after it: nobody is let in unasked.
        let door = try security.handler(in: context)
        defer { door?.stop() }
        let socket = try Socket(.router, context: context, options: socketOptions)
        let listening = try endpoint.bind(socket)
        // Before anyone is told of the run: from then on the files may move.
        let artifacts = ArtifactService(plan, mailbox: mailbox)
        let models = TrainedModels(store: storePath)
        models.removeAbandoned(before: Date(timeIntervalSinceNow: -86400))
        let uploads = UploadService(models, plan.trainings, mailbox: mailbox)
        defer { uploads.stop() }
        let work = try begin(store, listening: listening)
        report.begin(work, storePath, endpoint: listening, localWorkers: localWorkers)
        if let notice = security.notice { status.notice(notice) }
        let workers = try startLocalWorkers(work, connecting: listening, mailbox, status)
        defer {
            workers?.stop()
            security.forgetLocalKey(in: Self.logs(of: work.run))
        }
        var loop = CoordinatorLoop(
            work: work,
            store: store,
            mailbox: mailbox,
            status: status,
            numerics: NumericsIdentity(measuredWith: kernels),
            configuration: scheduling,
            log: log,
            artifacts: artifacts,
            models: models,
            uploads: uploads,
            door: Door(handler: door, allowList: security.allowList),
            socket: socket
        )
        let ending = try loop.run()
        try store.setState(ending.state, of: work.run, at: Date())
        return (work, ending)
    }

    private var socketOptions: SocketOptions {
        var options = SocketOptions()
        options.security = security.socket
        // Nobody takes the place of a peer that is connected; workers let the router name them.
        options.routerHandover = false
        options.reportsConnections = true
        return options
    }

    /// Begins the run in the store, or continues the unfinished one of the same sweep.
    private func begin(_ store: ResultStore, listening endpoint: String) throws -> RunWork {
        let begun = try beginRun(store, listening: endpoint)
        let cells = plan.grid.tally().cells
        let work = RunWork(
            run: begun.id,
            epoch: begun.epoch,
            isResumed: begun.resumed,
            host: Machine.host,
            plan: plan,
            cellCount: cells,
            imageCount: plan.imageCount(cells: cells)
        )
        for dataset in plan.usedDatasets {
            try store.addSlice(dataset.slice.digest, indices: dataset.indices, labels: dataset.labels)
        }
        try store.setCells(of: begun.id, to: work.cells.lazy.map(plan.entry))
        return work
    }

    private func beginRun(_ store: ResultStore, listening endpoint: String) throws -> BegunRun {
        let now = Date()
        do {
            return try store.begin(
                RunRequest(
                    id: RunID.make(sweep: plan.sweep.name, at: now),
                    sweep: plan.sweep.name,
                    path: plan.path,
                    text: plan.text,
                    digest: plan.digest,
                    endpoint: endpoint,
                    owner: Machine.owner
                ),
                at: now,
                isAlive: { $0.isAlive }
            )
        } catch let error as ResultStoreError {
            guard case .runTaken = error else { throw error }
            throw CommandFailure.usage(error.description)
        }
    }

    /// Where local workers leave what they print.
    private static func logs(of run: String) -> URL {
        FileManager.default.temporaryDirectory.appending(path: "bitsweep-\(run)")
    }

    private func startLocalWorkers(
        _ work: RunWork,
        connecting endpoint: String,
        _ mailbox: LoopMailbox,
        _ status: RunStatus
    ) throws -> LocalWorkers? {
        guard localWorkers > 0 else { return nil }
        let threads = max(1, ProcessInfo.processInfo.activeProcessorCount / localWorkers)
        var arguments = ["run", "--connect", Endpoint.local(endpoint), "--threads", String(threads)]
        arguments += ["--parent", String(ProcessInfo.processInfo.processIdentifier)]
        let logs = Self.logs(of: work.run)
        try FileManager.default.createDirectory(at: logs, withIntermediateDirectories: true)
        arguments += try security.workerArguments(in: logs)
        if let dataDirectory { arguments += ["--data", URL(filePath: dataDirectory).path] }
        let workers = LocalWorkers(
            LocalWorkers.Configuration(
                executable: try LocalWorkers.executable(),
                arguments: arguments,
                count: localWorkers,
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
}

extension PlannedSweep {
    /// The cell as the store keeps it.
    func entry(_ spec: CellSpec) -> CellEntry {
        let identity = identity(of: spec)
        return CellEntry(id: identity.id, identity: identity, model: spec.model, slice: dataset(spec.dataset).slice)
    }
}

extension CoordinatorLoop.Ending {
    /// How the store spells it.
    var state: RunState {
        switch self {
        case .complete: .complete
        case .failed: .failed
        case .interrupted: .interrupted
        case .cancelled: .cancelled
        }
    }
}
