// BitSweep
// SPDX-License-Identifier: Apache-2.0

public import Vocabulary

// Insight: how the run and its cells stand, for people, computed when somebody looks.
extension SchedulingCore {
    /// Where the run stands.
    ///
    /// - Complexity: O(workers + cost classes).
    public func progress(at now: Instant) -> RunProgress {
        var progress = RunProgress()
        progress.phase = run.shownPhase
        progress.pauseReasons = run.pauseReasons
        progress.isWaitingForAuditor = isWaitingForAuditor
        progress.unoffered = unoffered
        let unseen = max(0, demand.hasMore ? (demand.planned?.images ?? 0) - backlog.tally.total : 0)
        progress.images = images(unseen: unseen)
        progress.cells = cells
        progress.counts = counts
        progress.gauges = gauges
        progress.imagesPerSecond = rate.rate(at: now)
        progress.secondsRemaining = secondsRemaining(unseen: unseen)
        progress.elapsedSeconds = run.secondsSinceBegin(at: now)
        progress.trainings = trainings.summaries
        progress.workers = fleet.slots.map { WorkerSummary(fleet[$0]) }
        return progress
    }

    /// The external models with images left whose scorer nobody has that may receive something, now or later.
    private var unoffered: [ExternalModel] {
        guard costTable.hasExternals else { return [] }
        var missing: [ExternalModel] = []
        for costClass in costTable.indices where backlog.remaining[costClass] > 0 {
            guard let external = costTable.external(of: costClass), !missing.contains(external) else { continue }
            if !isOffered(external) { missing.append(external) }
        }
        return missing
    }

    private func isOffered(_ external: ExternalModel) -> Bool {
        fleet.slots.contains { slot in
            let worker = fleet[slot]
            return !worker.isDraining && !worker.isQuarantined && worker.facts.canCompute(external)
        }
    }

    /// What each cost class has cost, in the order of first appearance.
    ///
    /// - Complexity: O(cost classes).
    public func costs() -> [CostSummary] { costTable.summaries(remaining: backlog.remaining) }

    private func images(unseen: Int) -> RunProgress.Images {
        var images = RunProgress.Images()
        images.total = backlog.tally.total + unseen
        images.cached = backlog.cached.images
        images.recorded = recordedImages
        images.failed = backlog.tally[.failed]
        images.inFlight = backlog.tally[.leased] + backlog.tally[.recording]
        images.pending = backlog.tally[.pending] + unseen
        return images
    }

    private var cells: RunProgress.Cells {
        var cells = RunProgress.Cells()
        cells.total = max(backlog.count, demand.hasMore ? demand.planned?.cells ?? 0 : 0)
        cells.recorded = backlog.recordedCells
        cells.failed = backlog.failedCells
        cells.cached = backlog.cached.cells
        return cells
    }

    private var gauges: RunProgress.Gauges {
        var gauges = RunProgress.Gauges()
        gauges.queuedCells = backlog.freshCells
        gauges.requeuedShards = backlog.requeuedShards
        gauges.leases = fleet.leaseCount
        gauges.deliveries = deliveries.count
        gauges.waitingChecks = checks.waitingCount
        gauges.runningChecks = checks.runningCount
        gauges.openAudits = checks.openAudits
        gauges.runningSpeculations = races.count
        gauges.activeWorkers = fleet.active.workers
        return gauges
    }

    /// What is left at the measured cost of one thread, shared by all threads at work.
    private func secondsRemaining(unseen: Int) -> Double? {
        guard fleet.active.threads > 0 else { return nil }
        let threadSeconds = costTable.threadSeconds(remaining: backlog.remaining, unseen: unseen)
        return threadSeconds.map { $0 / Double(fleet.active.threads) }
    }

    /// That the worker's surroundings fail it; nil while they do not.
    public func sickness(of worker: WorkerID) -> Sickness? { fleet[worker]?.sickness }

    /// How the cell stands; nil for one that was not given, or not yet.
    ///
    /// - Complexity: O(attempts in flight + segments of the cell).
    public func explain(_ cell: CellID) -> CellExplanation? {
        guard let slot = backlog.slot(of: cell) else {
            return backlog.isComplete(cell) ? CellExplanation(recorded: cell) : nil
        }
        let state = backlog[slot]
        var explanation = CellExplanation(recorded: cell)
        explanation.priority = state.priority
        explanation.isRecorded = state.isRecorded
        for segment in state.segments.segments { explanation.images.count(segment) }
        explanation.isQueued = explanation.images.pending > 0
        explanation.attempts = attemptsInFlight(at: cell)
        explanation.failures = state.history
        explanation.checks = state.checks
        if let external = external(of: slot), explanation.isQueued, !isOffered(external) {
            explanation.unoffered = external
        }
        return explanation
    }

    private func attemptsInFlight(at cell: CellID) -> [CellExplanation.Attempt] {
        fleet.slots.flatMap { slot in
            let worker = fleet[slot]
            let running = worker.leases.running?.serial
            return worker.leases.filter { $0.attempt.shard.cell == cell }.map { lease in
                CellExplanation.Attempt(
                    identity: lease.attempt,
                    worker: worker.id,
                    host: worker.facts.host,
                    since: lease.since,
                    isAdopted: lease.isAdopted,
                    isSpeculative: lease.purpose == .speculation,
                    isCheck: lease.purpose == .check,
                    isRunning: lease.serial == running
                )
            }
        }
    }
}

extension WorkerSummary {
    fileprivate init(_ worker: WorkerState) {
        self.init(
            id: worker.id,
            facts: worker.facts,
            isDraining: worker.isDraining,
            isQuarantined: worker.isQuarantined,
            isTraining: worker.training != nil,
            sickness: worker.sickness,
            stalledSince: worker.advance.isStalled ? worker.advance.last : nil,
            heldShards: worker.leases.count,
            roundTripSeconds: worker.speed.roundTrip,
            tables: worker.record.tables,
            images: worker.record.images,
            engineErrors: worker.record.engineErrors,
            mismatches: worker.record.mismatches,
            imagesPerSecond: worker.speed.latestRate,
            joined: worker.joined,
            lastHeard: worker.lastHeard
        )
    }
}

extension CellExplanation {
    /// A cell of which only the id is kept.
    fileprivate init(recorded cell: CellID) {
        self.init(
            id: cell,
            priority: 0,
            isRecorded: true,
            images: Images(),
            isQueued: false,
            attempts: [],
            failures: [],
            checks: 0
        )
    }
}

extension CellExplanation.Images {
    fileprivate mutating func count(_ segment: Segment) {
        switch segment.state {
        case .pending: pending += segment.count
        case .leased: leased += segment.count
        case .recording: recording += segment.count
        case .recorded: recorded += segment.count
        case .failed: failed += segment.count
        }
    }
}
