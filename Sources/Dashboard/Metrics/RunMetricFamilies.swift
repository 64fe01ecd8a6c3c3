// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Scheduling
import WireProtocol

extension [MetricFamily] {
    /// What a scraper is told of a run that is going on.
    init(_ live: LiveRun) {
        let (images, cells, counts) = (live.progress.images, live.progress.cells, live.progress.counts)
        let gauges = live.progress.gauges
        self = [
            .counter(
                "bitsweep_images_scored",
                "Images scored and recorded by this coordinator.",
                Double(images.recorded)
            ),
            .gauge(
                "bitsweep_images",
                "Images of the run by what became of them.",
                by: "state",
                [
                    ("cached", images.cached), ("recorded", images.recorded), ("failed", images.failed),
                    ("in_flight", images.inFlight), ("pending", images.pending),
                ]
            ),
            .gauge(
                "bitsweep_cells",
                "Cells of the run by what became of them.",
                by: "state",
                [
                    ("recorded", cells.recorded), ("failed", cells.failed),
                    ("open", Swift.max(0, cells.total - cells.recorded - cells.failed)),
                ]
            ),
            .gauge(
                "bitsweep_shards",
                "Shards by where they are, as of the moment.",
                by: "state",
                [
                    ("leased", gauges.leases), ("arrived", gauges.deliveries), ("requeued", gauges.requeuedShards),
                    ("checks_waiting", gauges.waitingChecks), ("checks_running", gauges.runningChecks),
                    ("failed", counts.failedShards),
                ]
            ),
            .gauge(
                "bitsweep_workers",
                "Workers by what they are doing.",
                by: "state",
                WorkerStatus.State.allCases.map { state in
                    (state.rawValue, live.workers.count { $0.state == state })
                }
            ),
            .gauge("bitsweep_images_per_second", "Images recorded a second, lately.", live.progress.imagesPerSecond),
            .counter(
                "bitsweep_duplicate_mismatches",
                "Comparisons of a shard's rows with recorded ones that found a difference.",
                Double(counts.mismatches)
            ),
            .counter("bitsweep_duplicates", "Shards whose rows were recorded already.", Double(counts.duplicates)),
            .counter("bitsweep_dispatches", "Shards sent to workers.", Double(counts.dispatches)),
            .counter("bitsweep_requeues", "Shards that went back to the queue.", Double(counts.requeues)),
            .counter("bitsweep_engine_errors", "Attempts that ended in an engine error.", Double(counts.engineErrors)),
            .counter("bitsweep_workers_lost", "Workers that crashed or fell silent.", Double(counts.workersLost)),
            .counter("bitsweep_quarantines", "Workers that were quarantined.", Double(counts.quarantines)),
            .gauge("bitsweep_disputed_shards", "Shards whose rows are disputed.", Double(live.disputedShards)),
            .counter(
                "bitsweep_run_seconds",
                unit: "seconds",
                "Seconds since the coordinator began.",
                live.progress.elapsedSeconds
            ),
            .histogram(live.shardSeconds),
        ]
    }
}

extension MetricFamily {
    fileprivate static func histogram(_ seconds: ShardSeconds) -> MetricFamily {
        let name = "bitsweep_shard_seconds"
        var samples: [Sample] = []
        for (kind, times) in seconds.times.sorted(by: { $0.key < $1.key }) {
            let labels = [Label("model", kind.model), Label("transform", kind.transform)]
            var count = 0
            for (bucket, bound) in zip(times.counts, ShardSeconds.bounds + [.infinity]) {
                count += bucket
                let bounds = labels + [Label("le", bound.isFinite ? "\(bound)" : "+Inf")]
                samples.append(Sample(suffix: "_bucket", labels: bounds, value: Double(count)))
            }
            samples.append(Sample(suffix: "_count", labels: labels, value: Double(count)))
            samples.append(Sample(suffix: "_sum", labels: labels, value: times.sum))
        }
        let help = "Seconds that workers took for a shard."
        return MetricFamily(name: name, kind: .histogram, unit: "seconds", help: help, samples: samples)
    }

    /// What a scraper is told of the dashboard itself.
    static func ofDashboard(version: String, viewers: Int) -> [MetricFamily] {
        let build = Sample(suffix: "_info", labels: [Label("version", version)], value: 1)
        return [
            MetricFamily(name: "bitsweep_build", kind: .info, help: "The program's version.", samples: [build]),
            .gauge("bitsweep_dashboard_viewers", "Streams of events that browsers follow.", Double(viewers)),
        ]
    }
}
