// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// The kinds of message, by their field number in the envelope.
///
/// A new one takes, in this order: a field of `Envelope.kind` in bitsweep.proto and `scripts/generate-protocol`; a case
/// here, for which the compiler then wants its limits; a case of `WorkerMessage`, `CoordinatorMessage` or `ClientMessage`,
/// for which it wants the bytes, with a line of its `init(decoding:)`; and, where the message has fields, a type in
/// Messages/ and its coding in Coding/.
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

    /// What the largest possible message of the kind takes: more is refused before anything is decoded.
    var limits: MessageLimits {
        switch self {
        case .hello: MessageLimits(bytes: 3 << 20, repeated: 4 * WireLimits.attempts)
        case .shardResult: MessageLimits(bytes: 5 << 20, repeated: WireLimits.columnsPerTable)
        case .resultBatch:
            MessageLimits(
                bytes: 6 << 20,
                repeated: WireLimits.groupsPerBatch,
                inGroups: WireLimits.groupsPerBatch * (WireLimits.columnsPerTable + 16)
            )
        case .assignBatch:
            MessageLimits(
                bytes: 2 << 20,
                repeated: WireLimits.groupsPerBatch,
                inGroups: WireLimits.groupsPerBatch * 16
            )
        case .assign: MessageLimits(bytes: 512 << 10)
        case .handBack, .acknowledge, .retract: MessageLimits(bytes: 512 << 10, repeated: WireLimits.attempts)
        case .shardFailure, .trainingEnd: MessageLimits(bytes: 128 << 10, repeated: WireLimits.logLines)
        case .train: MessageLimits(bytes: 128 << 10)
        case .artifactChunk, .uploadChunk: MessageLimits(bytes: WireLimits.artifactChunkBytes + (16 << 10))
        case .snapshot: MessageLimits(bytes: WireLimits.messageBytes, repeated: WireLimits.itemsPerSnapshot)
        case .controlReply: MessageLimits(bytes: 1 << 20, repeated: WireLimits.replyLines)
        case .workerHeartbeat, .workerDrain, .artifactRequest, .welcome, .coordinatorHeartbeat, .coordinatorDrain,
            .artifactRefusal, .snapshotRequest, .controlRequest, .refuse, .goodbye, .trainingOffer, .trainingProgress,
            .trainingStop, .uploadReceipt, .uploadRefusal:
            MessageLimits(bytes: 16 << 10)
        }
    }
}

/// What a message of some kind may take.
struct MessageLimits {
    /// Bytes, rounded up.
    let bytes: Int
    /// Fields at its top, with room for those of later versions.
    ///
    /// Decoding a field of two bytes may take a hundred bytes of memory, so the bytes alone are no bound.
    let fields: Int
    /// Fields that all groups of a batch have together, under the same rule; nil for what is no batch.
    let fieldsInGroups: Int?

    /// - Parameters:
    ///   - bytes: Bytes of the largest message, rounded up.
    ///   - repeated: Entries that its lists have together.
    ///   - inGroups: Fields that its groups have together; nil where it has no groups.
    init(bytes: Int, repeated: Int = 0, inGroups: Int? = nil) {
        self.bytes = bytes
        fields = repeated + 64
        fieldsInGroups = inGroups
    }
}

extension WireLimits {
    fileprivate static let itemsPerSnapshot =
        workersPerSnapshot + rowsPerSnapshot + noticesPerSnapshot + metricsPerSnapshot + trainingsPerSnapshot
}
