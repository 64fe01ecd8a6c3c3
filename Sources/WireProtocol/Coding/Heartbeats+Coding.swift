// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Vocabulary

extension WorkerHeartbeat {
    var proto: ProtoWorkerHeartbeat {
        var proto = ProtoWorkerHeartbeat()
        proto.queued = UInt32(clamping: queued)
        proto.unacknowledged = UInt32(clamping: unacknowledged)
        if let running { proto.running = running.proto }
        proto.imagesDone = UInt64(clamping: imagesDone)
        if let training { proto.training = training.proto }
        proto.stepsDone = UInt64(clamping: stepsDone)
        proto.activity = activity
        return proto
    }

    init(_ proto: ProtoWorkerHeartbeat) throws(WireError) {
        let running =
            proto.hasRunning ? try AttemptIdentity(proto.running, "worker_heartbeat.running") : nil
        let limit = running?.shard.count ?? 0
        self.init(
            queued: Int(proto.queued),
            unacknowledged: Int(proto.unacknowledged),
            running: running,
            imagesDone: try FieldCheck.count(proto.imagesDone, "worker_heartbeat.images_done", limit: limit),
            training: proto.hasTraining ? try TrainingAttempt(proto.training, "worker_heartbeat.training") : nil,
            stepsDone: try FieldCheck.count(proto.stepsDone, "worker_heartbeat.steps_done"),
            activity: proto.activity
        )
    }
}

extension CoordinatorHeartbeat {
    var proto: ProtoCoordinatorHeartbeat {
        var proto = ProtoCoordinatorHeartbeat()
        proto.epoch = epoch
        return proto
    }
}
