// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Vocabulary

extension ShardFailure {
    var proto: ProtoShardFailure {
        var proto = ProtoShardFailure()
        proto.attempt = attempt.proto
        proto.kind = kind.proto
        proto.surroundings = isOfSurroundings
        proto.message = message.cut()
        proto.log = log.suffix(WireLimits.logLines).map { $0.cut(to: WireLimits.lineBytes) }
        return proto
    }

    init(_ proto: ProtoShardFailure) throws(WireError) {
        var log: [String] = []
        for line in try FieldCheck.list(proto.log, "shard_failure.log", limit: WireLimits.logLines) {
            log.append(try FieldCheck.text(line, "shard_failure.log", limit: WireLimits.lineBytes))
        }
        self.init(
            attempt: try AttemptIdentity(proto.attempt, "shard_failure.attempt"),
            kind: Kind(proto.kind),
            isOfSurroundings: proto.surroundings,
            message: try FieldCheck.text(proto.message, "shard_failure.message"),
            log: log
        )
    }
}

extension ShardFailure.Kind {
    fileprivate var proto: ProtoShardFailure.Kind {
        switch self {
        case .other: .other
        case .engine: .engine
        case .data: .data
        case .model: .model
        case .outOfMemory: .outOfMemory
        case .timeLimit: .timeLimit
        }
    }

    fileprivate init(_ proto: ProtoShardFailure.Kind) {
        self = Self.allCases.first { $0.proto == proto } ?? .other
    }
}
