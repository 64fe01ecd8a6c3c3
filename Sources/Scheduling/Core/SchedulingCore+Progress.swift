// BitSweep
// SPDX-License-Identifier: Apache-2.0

// Progress: numbers for people, computed when somebody looks.
extension SchedulingCore {
    /// Where the run stands.
    ///
    /// - Complexity: O(workers + cost classes).
    public func progress(at now: Instant) -> RunProgress {
        var progress = progressBase
        progress.images.failed = tally[.failed]
        progress.images.inFlight = tally[.leased] + tally[.recording]
        progress.images.total = max(knownImages, moreCells ? planned?.images ?? 0 : 0)
        progress.images.pending = tally[.pending] + progress.images.total - knownImages
        if moreCells { progress.cells.total = max(progress.cells.total, planned?.cells ?? 0) }
        progress.cells.failed = cells.count - unfinishedCells - checkedCells
        progress.imagesPerSecond = rate.rate(at: now)
        progress.secondsRemaining = secondsRemaining(unseen: progress.images.total - knownImages)
        progress.elapsedSeconds = began.map(now.seconds(since:)) ?? 0
        progress.trainings = trainingSummaries
        progress.workers = workers.slots.map { summary(workers[$0]) }
        progress.phase = phaseForPeople
        progress.pauseReasons = pauseReasons
        progress.gauges = gauges
        return progress
    }

    /// What each cost class has cost, in the order of first appearance.
    ///
    /// - Complexity: O(cost classes).
    public func costs() -> [CostSummary] {
        zip(costClasses.values, classStates).map { costClass, state in
            CostSummary(
                costClass: costClass,
                shards: state.shards,
                images: state.images,
                seconds: state.seconds,
                median: state.secondsPerImage.quantile(0.5),
                percentile95: state.secondsPerImage.quantile(0.95),
                remaining: state.remaining
            )
        }
    }

    private var phaseForPeople: RunProgress.Phase {
        switch phase {
        case .running: pauseReasons.isEmpty ? .running : .paused
        case .stopping: .stopping
        case .cancelling: .cancelling
        case .cancelled, .ended: .ended
        }
    }

    private var gauges: RunProgress.Gauges {
        var gauges = RunProgress.Gauges()
        gauges.queuedCells = queue.freshCells
        gauges.requeuedShards = queue.requeuedShards
        gauges.leases = leaseCount
        gauges.deliveries = deliveries.count
        gauges.waitingChecks = waitingChecks
        gauges.runningChecks = checks.count
        gauges.runningSpeculations = races.count
        gauges.activeWorkers = activeWorkers
        return gauges
    }

    private var knownImages: Int { ImageState.allCases.reduce(0) { $0 + tally[$1] } }

    /// Remaining images of each class at the measured cost of one thread, shared by all threads at work.
    ///
    /// Classes without a measurement, and cells not given yet, are taken to cost what the others do.
    private func secondsRemaining(unseen: Int) -> Double? {
        let measured = classStates.compactMap(\.threadSecondsPerImage)
        guard activeThreads > 0, !measured.isEmpty else { return nil }
        let typical = measured.reduce(0, +) / Double(measured.count)
        let threadSeconds = classStates.reduce(Double(unseen) * typical) { sum, state in
            sum + Double(state.remaining) * (state.threadSecondsPerImage ?? typical)
        }
        return threadSeconds / Double(activeThreads)
    }

    private func summary(_ worker: WorkerState) -> WorkerSummary {
        WorkerSummary(
            id: worker.id,
            facts: worker.facts,
            isDraining: worker.isDraining,
            isQuarantined: worker.isQuarantined,
            isTraining: worker.training != nil,
            heldShards: worker.leases.count,
            roundTripSeconds: worker.roundTrip,
            tables: worker.record.tables,
            images: worker.record.images,
            engineErrors: worker.record.engineErrors,
            mismatches: worker.record.mismatches,
            imagesPerSecond: worker.record.latestRate,
            joined: worker.joined,
            lastHeard: worker.lastHeard
        )
    }
}
