// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Engine
import Foundation
import Kernels
import Logging
import ResultStore
import ServiceLifecycle
import SweepPlan
import ZeroMQ

/// One execution of `coordinator run`, from opening the store to the final table.
struct RunSession {
    let plan: PlannedSweep
    let storePath: String
    let endpoint: Endpoint
    let kernels: KernelSet
    let localWorkers: Int
    let dataDirectory: String?
    let report: RunReport

    /// Runs the sweep to its end or to an interruption.
    func run() async throws -> CoordinatorLoop.Ending {
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
        let socket = try Socket(.router, context: Context())
        let listening = try endpoint.bind(socket)
        let work = try begin(store, listening: listening)
        report.begin(work, storePath, endpoint: listening, localWorkers: localWorkers)
        let workers = try startLocalWorkers(work, connecting: listening, mailbox, status)
        defer { workers?.stop() }
        var loop = CoordinatorLoop(
            work: work,
            store: store,
            mailbox: mailbox,
            status: status,
            numerics: NumericsIdentity(measuredWith: kernels),
            socket: socket
        )
        let ending = try loop.run()
        try store.setState(ending.state, of: work.run, at: Date())
        return (work, ending)
    }

    /// Begins the run in the store, or continues the unfinished one of the same sweep.
    private func begin(_ store: ResultStore, listening endpoint: String) throws -> RunWork {
        try refuseWhereOthersWork(store)
        let now = Date()
        let begun = try store.begin(
            RunRequest(
                id: RunID.make(sweep: plan.sweep.name, at: now),
                sweep: plan.sweep.name,
                path: plan.path,
                text: plan.text,
                digest: plan.digest,
                endpoint: endpoint,
                owner: Machine.owner
            ),
            at: now
        )
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

    /// Two coordinators on one run would hand out the same work; the second is told where the first is.
    private func refuseWhereOthersWork(_ store: ResultStore) throws {
        let digest = plan.digest
        let taken = try store.runs().first { $0.digest == digest && $0.state == .running && $0.owner?.isAlive == true }
        guard let taken, let owner = taken.owner else { return }
        throw CommandFailure.usage(
            "run \(taken.id) is being computed by process \(owner.pid); watch it: coordinator tail --store \(storePath)"
        )
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
        if let dataDirectory { arguments += ["--data", URL(filePath: dataDirectory).path] }
        let workers = LocalWorkers(
            LocalWorkers.Configuration(
                executable: try LocalWorkers.executable(),
                arguments: arguments,
                count: localWorkers,
                logs: FileManager.default.temporaryDirectory.appending(path: "bitsweep-\(work.run)")
            ),
            ended: { process, notice in
                if let notice { status.notice(notice) }
                mailbox.post(.localWorkerEnded(process: process))
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
        }
    }
}
