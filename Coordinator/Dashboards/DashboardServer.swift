// BitSweep
// SPDX-License-Identifier: Apache-2.0

import CommandLine
import Dashboard
import ResultStore
import ServiceLifecycle

/// A server that listens already, and what it needs to become a dashboard.
struct DashboardServer {
    let server: WebServer
    let gate: AccessGate
    let base: BasePath
    let limits: WebLimits
    /// What the user is told: where it is, and how others get in.
    let lines: [String]

    /// The dashboard of a store, as a service.
    ///
    /// - Parameters:
    ///   - store: The store, opened for reading at least.
    ///   - status: The run that goes on in this process; nil where none does.
    ///   - pictures: Makes images of cells again.
    /// - Returns: The service.
    func service(of store: ResultStore, status: RunStatus?, pictures: any CellPictures) -> DashboardService {
        var settings = DashboardSettings(
            store: store,
            hasCoordinator: status != nil,
            gate: gate,
            version: VersionOption.number,
            live: { status.flatMap { LiveRun($0.current) } }
        )
        settings.base = base
        settings.limits = limits
        settings.pictures = pictures
        return DashboardService(server: server, dashboard: Dashboard(settings))
    }
}

/// Answers browsers until it is told to stop.
struct DashboardService: Service {
    let server: WebServer
    let dashboard: Dashboard

    func run() async throws {
        await cancelWhenGracefulShutdown {
            await withTaskGroup { group in
                group.addTask { await server.run { await dashboard.answer($0) } }
                group.addTask { try? await dashboard.run() }
                await group.waitForAll()
            }
        }
    }
}

extension LiveRun {
    /// What the loop published of its run; nil before the run has begun.
    init?(_ value: RunStatus.Value) {
        guard let work = value.work else { return nil }
        self.init(run: work.run, state: value.state, progress: value.progress)
        pauseReason = value.pauseReason
        workers = value.workers
        trainings = value.trainings
        auditsDone = value.audits.audits.done
        auditsMissing = value.audits.audits.missing
        disputedShards = value.audits.disputedShards
        notices = value.latestNotices
        shardSeconds = value.shardSeconds
        published = value.published
        storeProblem = value.storeProblem
    }
}
