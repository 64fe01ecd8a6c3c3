// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// The kinds of message, by their field number in the envelope.
enum MessageKind: Int, CaseIterable {
    case hello = 10
    case shardResult = 11
    case shardFailure = 12
    case workerHeartbeat = 13
    case handBack = 14
    case workerDrain = 15
    case resultBatch = 16
    case artifactRequest = 17
    case trainingOffer = 18
    case uploadChunk = 19
    case trainingProgress = 20
    case trainingEnd = 21
    case welcome = 30
    case assign = 31
    case acknowledge = 32
    case coordinatorHeartbeat = 33
    case retract = 34
    case coordinatorDrain = 35
    case assignBatch = 36
    case artifactChunk = 37
    case artifactRefusal = 38
    case train = 39
    case trainingStop = 40
    case uploadReceipt = 41
    case uploadRefusal = 42
    case snapshotRequest = 50
    case snapshot = 51
    case controlRequest = 52
    case controlReply = 53
    case refuse = 90
    case goodbye = 91

    /// Bytes that the largest possible message of the kind takes, rounded up.
    var byteLimit: Int {
        switch self {
        case .hello: 1 << 20
        case .shardResult: 5 << 20
        case .resultBatch: 6 << 20
        case .assignBatch: 2 << 20
        case .artifactChunk, .uploadChunk: WireLimits.artifactChunkBytes + (16 << 10)
        case .controlReply: 1 << 20
        case .shardFailure, .trainingEnd, .train: 128 << 10
        case .assign, .handBack, .acknowledge, .retract: 512 << 10
        case .snapshot: WireLimits.messageBytes
        case .workerHeartbeat, .workerDrain, .artifactRequest, .welcome, .coordinatorHeartbeat, .coordinatorDrain,
            .artifactRefusal, .snapshotRequest, .controlRequest, .refuse, .goodbye, .trainingOffer, .trainingProgress,
            .trainingStop, .uploadReceipt, .uploadRefusal:
            16 << 10
        }
    }

    /// Fields that the longest possible message of the kind has at its top, with room for those of later versions.
    ///
    /// Decoding a field of two bytes may take a hundred bytes of memory, so the bytes alone are no bound.
    var fieldLimit: Int {
        let repeated =
            switch self {
            case .hello: 2 * WireLimits.attempts
            case .shardResult: WireLimits.columnsPerTable
            case .shardFailure, .trainingEnd: WireLimits.logLines
            case .handBack, .acknowledge, .retract: WireLimits.attempts
            case .snapshot:
                WireLimits.workersPerSnapshot + WireLimits.rowsPerSnapshot + WireLimits.noticesPerSnapshot
                    + WireLimits.metricsPerSnapshot + WireLimits.trainingsPerSnapshot
            case .resultBatch, .assignBatch: WireLimits.groupsPerBatch
            case .controlReply: WireLimits.replyLines
            default: 0
            }
        return repeated + 64
    }

    /// Fields that all groups of a batch have together, under the rule of `fieldLimit`; nil for what is no batch.
    var groupFieldLimit: Int? {
        switch self {
        case .resultBatch: WireLimits.groupsPerBatch * (WireLimits.columnsPerTable + 16)
        case .assignBatch: WireLimits.groupsPerBatch * 16
        default: nil
        }
    }
}
