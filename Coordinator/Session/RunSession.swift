// BitSweep
// SPDX-License-Identifier: Apache-2.0

import CommandLine
import Datasets
import Engine
import Foundation
import Kernels
import Keyring
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
    /// The file that says where it listens; nil where none is wanted.
    let endpointFile: EndpointFile?
    let security: EndpointSecurity
    let kernels: KernelSet
    let localWorkers: LocalWorkerOptions
    let report: RunReport
    let scheduling: SchedulingConfiguration
    let log: Logger
    /// The server of the run's dashboard, which listens already, and where data sets are; nil where none is wanted.
    let dashboard: (server: DashboardServer, library: DatasetLibrary)?

    /// Runs the sweep to its end or to an interruption.
    ///
    /// - Throws: why the run was not even begun.
    func run() async throws -> CoordinatorLoop.Ending {
        OpenFileLimit.raise()
        try localWorkers.requireOpenFiles(besides: plan.artifacts.count)
        let store = try claimedStore()
        let mailbox = try LoopMailbox()
        let status = RunStatus()
        let summaries = SummaryService(store)
        defer { summaries.stop() }
        let loop = LoopThread(mailbox: mailbox) { try compute(store, mailbox, status) }
        var services: [any Service] = [
            ProgressService(report: report, status: status),
            SignalService(mailbox: mailbox, report: report, status: status),
        ]
        if let (server, library) = dashboard {
            let pictures = StoredPictures(store: store, library: library)
            services.append(server.service(of: store, status: status, pictures: pictures))
            server.lines.forEach(status.notice)
        }
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: [.init(service: loop, successTerminationBehavior: .gracefullyShutdownGroup)]
                    + services.map { .init(service: $0) },
                logger: Logger(label: "coordinator", factory: { _ in SwiftLogNoOpLogHandler() })
            )
        )
        try await group.run()
        let (work, ending) = try loop.outcome()
        report.end(ending, of: work, in: store, status)
        // So that all is in the file itself, also for those who may only read it. Not after a failure of the disk: it
        // would be asked for more, and the next opening recovers what the log has.
        if ending.problem == nil {
            summaries.finish()
            try? store.close()
        }
        return ending
    }

    /// The store, from whose runs of this sweep other coordinators are kept out.
    private func claimedStore() throws -> ResultStore {
        IndexFault.awaitSpace(telling: false)
        do {
            let store = try ResultStore.open(storePath)
            try store.claim(plan.digest)
            return store
        } catch let error as ResultStoreError {
            throw error.trouble == nil ? CommandFailure.usage(error.description) : .failed(error.description)
        }
    }

    /// The life of the loop's thread: listen, begin the run, compute, and leave the store in order.
    ///
    /// - Throws: why the run was not even begun; whatever goes wrong later is an ending of it.
    private func compute(
        _ store: ResultStore,
        _ mailbox: LoopMailbox,
        _ status: RunStatus
    ) throws -> (RunWork, CoordinatorLoop.Ending) {
        let sockets = try Context()
        // Before the socket, and so stopped after it: nobody is let in unasked.
        let handler = try security.handler(in: sockets)
        defer { handler?.stop() }
        let socket = try Socket(.router, context: sockets, options: socketOptions)
        let listening = try endpoint.bind(socket)
        try endpointFile?.write(Endpoint.shared(listening))
        defer { endpointFile?.withdraw(Endpoint.shared(listening)) }
        // Before anyone is told of the run: from then on the files may move.
        let services = LoopServices(plan, storePath: storePath, mailbox, status, verifies: scheduling.verifiesTrainings)
        defer { services.stop() }
        let work = try RunWork(beginning: plan, in: store, listening: listening)
        status.begin(work)
        let conclusion = RunConclusion(mailbox: mailbox, status: status) { state in
            try store.setState(state, of: work.run, at: Date())
        }
        do {
            try work.fill(store)
            // What is read of the store before anyone is told of the run need not wait for a disk that fails later.
            let secret = try secret(of: work, in: store)
            let context = try context(work, store, secret)
            let joining = JoiningLines(listening: listening, isLocal: endpoint.isLocal, security)
            report.begin(work, storePath, endpoint: listening, joining, localWorkers: localWorkers.count)
            let memory = localWorkers.memoryNotice(plan)
            let other = try work.unfinishedOther(in: store)
            for notice in [endpoint.notice, security.notice, memory, other].compactMap(\.self) { status.notice(notice) }
            let workers = try localWorkers.start(for: work.run, connecting: listening, mailbox, status)
            defer {
                workers?.stop()
                localWorkers.forgetKey(of: work.run)
            }
            let rejections = RejectionCounters(handler: handler, allowList: security.allowList)
            let ending = try computeCells(context, secret, services, socket, rejections)
            localWorkers.settleLogs(of: work.run, isNeeded: ending.isFailure, status)
            return (work, conclusion.write(ending))
        } catch {
            localWorkers.settleLogs(of: work.run, isNeeded: true, status)
            return (work, conclusion.write(CoordinatorLoop.Ending(error)))
        }
    }

    private func computeCells(
        _ context: RunContext,
        _ secret: [UInt8],
        _ services: LoopServices,
        _ socket: consuming Socket,
        _ rejections: RejectionCounters
    ) throws -> CoordinatorLoop.Ending {
        let clock = LoopClock()
        let notices = Notices(services.status, log: log, clock: clock)
        var loop = try CoordinatorLoop(
            context,
            services: services,
            connections: Connections(
                socket,
                rejections: rejections,
                roles: RoleRegister(security.allowList),
                handOuts: HandOuts(Seal(secret: secret, coordinator: security.coordinator)),
                notices: notices
            ),
            notices: notices,
            clock: clock
        )
        return try loop.run()
    }

    /// What every life of the run's coordinator knows, and nobody else.
    private func secret(of work: RunWork, in store: ResultStore) throws -> [UInt8] {
        var generator = SystemRandomNumberGenerator()
        let fresh = (0..<32).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
        return try store.secret(of: work.run, orElse: fresh)
    }

    private func context(_ work: RunWork, _ store: ResultStore, _ secret: [UInt8]) throws -> RunContext {
        var scheduling = scheduling
        scheduling.auditSecret = Digest(of: Array("audits\n".utf8) + secret).bytes
        return RunContext(
            work: work,
            store: store,
            numerics: NumericsIdentity(measuredWith: kernels),
            scheduling: scheduling,
            isOpenToOthers: !endpoint.isLocal,
            earlier: try EarlierLives(of: work.run, in: store)
        )
    }

    private var socketOptions: SocketOptions {
        var options = SocketOptions()
        options.security = security.socket
        // Nobody takes the place of a peer that is connected; workers let the router name them.
        options.routerHandover = false
        options.reportsConnections = true
        options.tellsAddresses = true
        // Small messages of one peer that wait; `UnreadMessages` counts the large ones.
        options.sendLimit = 1000
        // Messages of one peer that wait, each of 8 MiB at most: beyond them the peer itself has to wait.
        options.receiveLimit = 32
        return options
    }
}
