// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Scheduling
import WireProtocol

extension Metric {
    /// A count.
    init(_ name: String, _ count: Int) {
        self.init(name: name, value: Double(count))
    }
}

extension [Metric] {
    /// Everything that is counted, named as a metrics endpoint would name it: `loop` are the counts of the loop itself,
    /// `others` those of what works beside it.
    init(_ progress: RunProgress, loop: [Metric], others: [Metric]) {
        self = []
        count("images_recorded_total", progress.images.recorded)
        count("images_failed_total", progress.images.failed)
        add(progress.counts)
        add(progress.gauges)
        self += loop
        append(Metric(name: "images_per_second", value: progress.imagesPerSecond))
        append(Metric(name: "elapsed_seconds", value: progress.elapsedSeconds))
        self += others
    }

    private mutating func count(_ name: String, _ value: Int) {
        append(Metric(name, value))
    }

    private mutating func add(_ counts: RunProgress.Counts) {
        count("dispatches_total", counts.dispatches)
        count("tables_total", counts.tables)
        count("duplicates_total", counts.duplicates)
        count("mismatches_total", counts.mismatches)
        count("stale_tables_total", counts.stale)
        count("unleased_tables_total", counts.unleased)
        count("requeues_total", counts.requeues)
        count("retractions_total", counts.retractions)
        count("speculations_total", counts.speculations)
        count("speculations_won_total", counts.speculationsWon)
        count("audits_total", counts.audits)
        count("audits_skipped_total", counts.auditsSkipped)
        count("arbitrations_total", counts.arbitrations)
        count("disputes_total", counts.disputes)
        count("quarantines_total", counts.quarantines)
        count("engine_errors_total", counts.engineErrors)
        count("surroundings_failures_total", counts.surroundingsFailures)
        count("stalls_total", counts.stalls)
        count("training_handovers_total", counts.handovers)
        count("time_limits_total", counts.timeLimits)
        count("workers_joined_total", counts.workersJoined)
        count("workers_lost_total", counts.workersLost)
        count("adopted_total", counts.adopted)
        count("failed_shards_total", counts.failedShards)
        count("training_dispatches_total", counts.trainingDispatches)
        count("trainings_total", counts.trainings)
        count("failed_trainings_total", counts.failedTrainings)
    }

    private mutating func add(_ gauges: RunProgress.Gauges) {
        count("queued_cells", gauges.queuedCells)
        count("requeued_shards", gauges.requeuedShards)
        count("leases", gauges.leases)
        count("deliveries", gauges.deliveries)
        count("waiting_checks", gauges.waitingChecks)
        count("running_checks", gauges.runningChecks)
        count("open_audits", gauges.openAudits)
        count("running_speculations", gauges.runningSpeculations)
        count("active_workers", gauges.activeWorkers)
    }
}

extension [CostSummary] {
    /// Seconds per image of the first classes, labelled as a metrics endpoint would label them.
    var metrics: [Metric] {
        prefix(32).flatMap { cost -> [Metric] in
            let label = "{model=\"\(cost.costClass.model)\",transform=\"\(cost.costClass.transform)\"}"
            let quantiles = [("median", cost.median), ("p95", cost.percentile95)]
            return quantiles.compactMap { name, value in
                value.map { Metric(name: "seconds_per_image_\(name)\(label)", value: $0) }
            }
        }
    }
}
