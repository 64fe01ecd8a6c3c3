// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation

extension WorkerStatus {
    var proto: ProtoSnapshot.Worker {
        var proto = ProtoSnapshot.Worker()
        proto.worker = .init(worker.bytes)
        proto.host = host
        proto.process = process
        proto.threads = UInt32(clamping: threads)
        proto.instructionSet = instructionSet
        proto.state = state.proto
        proto.imagesPerSecond = imagesPerSecond
        proto.silentSeconds = silentSeconds
        proto.queuedShards = UInt64(clamping: queuedShards)
        proto.imagesDone = UInt64(clamping: imagesDone)
        proto.problem = problem.cut(to: WireLimits.lineBytes)
        proto.failures = UInt32(clamping: failures)
        proto.failedAttempts = UInt64(clamping: failedAttempts)
        return proto
    }

    init(_ proto: ProtoSnapshot.Worker) throws(WireError) {
        guard let state = State.allCases.first(where: { $0.proto == proto.state }) else {
            throw .invalidField("snapshot.workers.state", reason: "code \(proto.state.rawValue) is unknown")
        }
        self.init(
            worker: try FieldCheck.worker(proto.worker, "snapshot.workers.worker"),
            host: try FieldCheck.name(proto.host, "snapshot.workers.host"),
            process: proto.process,
            threads: Int(proto.threads),
            instructionSet: try FieldCheck.name(proto.instructionSet, "snapshot.workers.instruction_set"),
            state: state,
            imagesPerSecond: try FieldCheck.rate(proto.imagesPerSecond, "snapshot.workers.images_per_second"),
            silentSeconds: try FieldCheck.seconds(proto.silentSeconds, "snapshot.workers.silent_seconds"),
            queuedShards: try FieldCheck.count(proto.queuedShards, "snapshot.workers.queued_shards"),
            imagesDone: try FieldCheck.count(proto.imagesDone, "snapshot.workers.images_done"),
            problem: try FieldCheck.text(proto.problem, "snapshot.workers.problem", limit: WireLimits.lineBytes),
            failures: Int(proto.failures),
            failedAttempts: try FieldCheck.count(proto.failedAttempts, "snapshot.workers.failed_attempts")
        )
    }
}

extension WorkerStatus.State {
    fileprivate var proto: ProtoSnapshot.WorkerState {
        switch self {
        case .idle: .idle
        case .computing: .computing
        case .draining: .draining
        case .quarantined: .quarantined
        case .failing: .failing
        case .stalled: .stalled
        }
    }
}
