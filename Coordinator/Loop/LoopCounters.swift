// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Scheduling
import WireProtocol

/// What the loop itself has done, counted since its start.
struct LoopCounters: Hashable, Sendable {
    var messagesReceived = 0
    var bytesReceived = 0
    var messagesSent = 0
    var bytesSent = 0
    /// Messages that were no messages of the protocol.
    var messagesDropped = 0
    /// Messages that could not be sent: the worker's queue was full, or its connection gone.
    var messagesUnsent = 0
    var commits = 0
    var commitSeconds = 0.0
    var longestCommitSeconds = 0.0
    /// Times the disk was found full.
    var fullDisks = 0
}

extension [Metric] {
    /// Everything that is counted, named as a metrics endpoint would name it.
    init(_ progress: RunProgress, _ counters: LoopCounters, _ others: [Metric]) {
        self = []
        count("images_recorded_total", progress.images.recorded)
        count("images_failed_total", progress.images.failed)
        add(progress.counts)
        add(progress.gauges)
        add(counters)
        append(Metric(name: "images_per_second", value: progress.imagesPerSecond))
        append(Metric(name: "elapsed_seconds", value: progress.elapsedSeconds))
        self += others
    }

    private mutating func count(_ name: String, _ value: Int) {
        append(Metric(name: name, value: Double(value)))
    }

    private mutating func add(_ counts: RunProgress.Counts) {
        count("dispatches_total", counts.dispatches)
        count("tables_total", counts.tables)
        count("duplicates_total", counts.duplicates)
        count("mismatches_total", counts.mismatches)
        count("stale_tables_total", counts.stale)
        count("requeues_total", counts.requeues)
        count("retractions_total", counts.retractions)
        count("speculations_total", counts.speculations)
        count("speculations_won_total", counts.speculationsWon)
        count("audits_total", counts.audits)
        count("audits_skipped_total", counts.auditsSkipped)
        count("arbitrations_total", counts.arbitrations)
        count("quarantines_total", counts.quarantines)
        count("engine_errors_total", counts.engineErrors)
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
        count("running_speculations", gauges.runningSpeculations)
        count("active_workers", gauges.activeWorkers)
    }

    private mutating func add(_ counters: LoopCounters) {
        count("messages_received_total", counters.messagesReceived)
        count("bytes_received_total", counters.bytesReceived)
        count("messages_sent_total", counters.messagesSent)
        count("bytes_sent_total", counters.bytesSent)
        count("messages_dropped_total", counters.messagesDropped)
        count("messages_unsent_total", counters.messagesUnsent)
        count("commits_total", counters.commits)
        append(Metric(name: "commit_seconds_total", value: counters.commitSeconds))
        append(Metric(name: "commit_seconds_max", value: counters.longestCommitSeconds))
        count("full_disks_total", counters.fullDisks)
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
