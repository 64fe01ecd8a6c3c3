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
        progress.cells.failed = cells.count - unfinishedCells
        progress.imagesPerSecond = rate.rate(at: now)
        progress.secondsRemaining = secondsRemaining(unseen: progress.images.total - knownImages)
        progress.elapsedSeconds = began.map(now.seconds(since:)) ?? 0
        progress.workers = workers.slots.map { summary(workers[$0]) }
        return progress
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
            heldShards: worker.leases.count,
            tables: worker.tables,
            images: worker.images,
            engineErrors: worker.engineErrors,
            mismatches: worker.mismatches,
            imagesPerSecond: worker.latestRate,
            joined: worker.joined,
            lastHeard: worker.lastHeard
        )
    }
}
