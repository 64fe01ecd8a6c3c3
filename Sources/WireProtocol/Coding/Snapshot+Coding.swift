// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Statistics
import Vocabulary

extension SnapshotRequest {
    var proto: ProtoSnapshotRequest {
        var proto = ProtoSnapshotRequest()
        if let run { proto.run = run }
        if let page { proto.page = page.proto }
        proto.rowLimit = UInt32(clamping: min(rowLimit, WireLimits.rowsPerSnapshot))
        return proto
    }

    init(_ proto: ProtoSnapshotRequest) throws(WireError) {
        let limit = WireLimits.rowsPerSnapshot
        self.init(
            run: proto.hasRun ? try FieldCheck.name(proto.run, "snapshot_request.run") : nil,
            page: proto.hasPage ? try CellPageRequest(proto.page) : nil,
            rowLimit: try FieldCheck.count(UInt64(proto.rowLimit), "snapshot_request.row_limit", limit: limit)
        )
    }
}

extension Snapshot {
    var proto: ProtoSnapshot {
        var proto = ProtoSnapshot()
        proto.run = run
        proto.sweep = sweep
        proto.state = state.proto
        proto.cells = UInt64(clamping: cells)
        proto.cellsDone = UInt64(clamping: cellsDone)
        proto.images = UInt64(clamping: images)
        proto.imagesDone = UInt64(clamping: imagesDone)
        proto.failedShards = UInt64(clamping: failedShards)
        proto.auditsDone = UInt64(clamping: auditsDone)
        proto.auditsMissing = UInt64(clamping: auditsMissing)
        proto.disputedShards = UInt64(clamping: disputedShards)
        proto.imagesPerSecond = imagesPerSecond
        if let remainingSeconds { proto.remainingSeconds = min(remainingSeconds, Measured.seconds.upperBound) }
        proto.workerCount = UInt32(clamping: workerCount)
        proto.workers = workers.prefix(WireLimits.workersPerSnapshot).map(\.proto)
        if let page { proto.page = page.proto }
        proto.rows = rows.prefix(WireLimits.rowsPerSnapshot).map(\.proto)
        proto.rowCount = UInt64(proto.rows.count)
        if let pauseReason { proto.pauseReason = pauseReason.cut() }
        proto.settings = settings.prefix(WireLimits.noticesPerSnapshot).map { $0.cut(to: WireLimits.lineBytes) }
        proto.notices = notices.prefix(WireLimits.noticesPerSnapshot).map { $0.cut(to: WireLimits.lineBytes) }
        proto.metrics = metrics.prefix(WireLimits.metricsPerSnapshot).map(\.proto)
        proto.trainings = trainings.prefix(WireLimits.trainingsPerSnapshot).map(\.proto)
        proto.failures = failures.prefix(WireLimits.failuresPerSnapshot).map(\.proto)
        return proto
    }

    init(_ proto: ProtoSnapshot) throws(WireError) {
        guard let state = State.allCases.first(where: { $0.proto == proto.state }) else {
            throw .invalidField("snapshot.state", reason: "code \(proto.state.rawValue) is unknown")
        }
        self.init(
            run: try FieldCheck.name(proto.run, "snapshot.run"),
            sweep: try FieldCheck.name(proto.sweep, "snapshot.sweep"),
            state: state
        )
        cells = try FieldCheck.count(proto.cells, "snapshot.cells")
        cellsDone = try FieldCheck.count(proto.cellsDone, "snapshot.cells_done")
        images = try FieldCheck.count(proto.images, "snapshot.images")
        imagesDone = try FieldCheck.count(proto.imagesDone, "snapshot.images_done")
        failedShards = try FieldCheck.count(proto.failedShards, "snapshot.failed_shards")
        auditsDone = try FieldCheck.count(proto.auditsDone, "snapshot.audits_done")
        auditsMissing = try FieldCheck.count(proto.auditsMissing, "snapshot.audits_missing")
        disputedShards = try FieldCheck.count(proto.disputedShards, "snapshot.disputed_shards")
        imagesPerSecond = try FieldCheck.rate(proto.imagesPerSecond, "snapshot.images_per_second")
        if proto.hasRemainingSeconds {
            remainingSeconds = try FieldCheck.seconds(proto.remainingSeconds, "snapshot.remaining_seconds")
        }
        workerCount = Int(proto.workerCount)
        for worker in try FieldCheck.list(proto.workers, "snapshot.workers", limit: WireLimits.workersPerSnapshot) {
            workers.append(try WorkerStatus(worker))
        }
        if proto.hasPage { page = try CellPage(proto.page) }
        for row in try FieldCheck.list(proto.rows, "snapshot.rows", limit: WireLimits.rowsPerSnapshot) {
            rows.append(try CellStatistics(row))
        }
        if proto.hasPauseReason { pauseReason = try FieldCheck.text(proto.pauseReason, "snapshot.pause_reason") }
        settings = try FieldCheck.lines(
            proto.settings,
            "snapshot.settings",
            limit: WireLimits.noticesPerSnapshot
        )
        notices = try FieldCheck.lines(proto.notices, "snapshot.notices", limit: WireLimits.noticesPerSnapshot)
        for metric in try FieldCheck.list(proto.metrics, "snapshot.metrics", limit: WireLimits.metricsPerSnapshot) {
            let name = try FieldCheck.name(metric.name, "snapshot.metrics.name")
            metrics.append(Metric(name: name, value: metric.value))
        }
        let trainingLimit = WireLimits.trainingsPerSnapshot
        for training in try FieldCheck.list(proto.trainings, "snapshot.trainings", limit: trainingLimit) {
            trainings.append(try TrainingStatus(training))
        }
        for failure in try FieldCheck.list(proto.failures, "snapshot.failures", limit: WireLimits.failuresPerSnapshot) {
            failures.append(try FailureCount(failure))
        }
    }
}

extension FailureCount {
    fileprivate var proto: ProtoSnapshot.Failure {
        var proto = ProtoSnapshot.Failure()
        proto.message = message.cut(to: WireLimits.lineBytes)
        proto.shards = UInt64(clamping: shards)
        proto.images = UInt64(clamping: images)
        return proto
    }

    fileprivate init(_ proto: ProtoSnapshot.Failure) throws(WireError) {
        self.init(
            message: try FieldCheck.line(proto.message, "snapshot.failures.message"),
            shards: try FieldCheck.count(proto.shards, "snapshot.failures.shards"),
            images: try FieldCheck.count(proto.images, "snapshot.failures.images")
        )
    }
}

extension Metric {
    fileprivate var proto: ProtoSnapshot.Metric {
        var proto = ProtoSnapshot.Metric()
        proto.name = name
        proto.value = value
        return proto
    }
}

extension Snapshot.State {
    fileprivate var proto: ProtoSnapshot.State {
        switch self {
        case .running: .running
        case .paused: .paused
        case .complete: .complete
        case .failed: .failed
        case .interrupted: .interrupted
        case .cancelled: .cancelled
        }
    }
}
