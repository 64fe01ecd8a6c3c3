// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Vocabulary

extension AttemptIdentity {
    var proto: ProtoAttempt {
        var proto = ProtoAttempt()
        proto.cell = .init(shard.cell.bytes)
        proto.lower = UInt64(shard.lower)
        proto.upper = UInt64(shard.upper)
        proto.number = attempt
        proto.epoch = epoch
        return proto
    }

    init(_ proto: ProtoAttempt, _ field: StaticString) throws(WireError) {
        let cell = try FieldCheck.cell(proto.cell, field)
        let lower = try FieldCheck.count(proto.lower, field, limit: Int(UInt32.max))
        let upper = try FieldCheck.count(proto.upper, field, limit: Int(UInt32.max))
        try self.init(cell: cell, lower: lower, upper: upper, number: proto.number, epoch: proto.epoch, field)
    }

    /// Positions up to 2^32 − 1.
    init(
        cell: CellID,
        lower: Int,
        upper: Int,
        number: UInt32,
        epoch: UInt64,
        _ field: StaticString
    ) throws(WireError) {
        guard lower < upper, upper - lower <= WireLimits.imagesPerShard else {
            let limit = WireLimits.imagesPerShard
            throw .invalidField("\(field)", reason: "positions \(lower)..<\(upper); a shard has 1 to \(limit) images")
        }
        guard number > 0 else { throw .invalidField("\(field)", reason: "attempts are counted from 1") }
        self.init(shard: Shard(cell: cell, lower: lower, upper: upper), attempt: number, epoch: epoch)
    }

    static func list(_ protos: [ProtoAttempt], _ field: StaticString) throws(WireError) -> [AttemptIdentity] {
        var attempts: [AttemptIdentity] = []
        for proto in try FieldCheck.list(protos, field, limit: WireLimits.attempts) {
            attempts.append(try AttemptIdentity(proto, field))
        }
        return attempts
    }

    static func list(_ proto: ProtoAttemptList, _ field: StaticString) throws(WireError) -> [AttemptIdentity] {
        var attempts = try list(proto.attempts, field)
        for group in proto.groups {
            attempts += try list(group, field, limit: WireLimits.attempts - attempts.count)
        }
        return attempts
    }
}

extension ProtoAttemptList {
    init(_ attempts: [AttemptIdentity]) {
        precondition(attempts.count <= WireLimits.attempts, "longer lists of attempts go in several messages")
        self.init()
        if attempts.count == 1 {
            self.attempts = attempts.map(\.proto)
        } else {
            groups = attempts.runs { $0.isOfGroup(of: $1) }.map { ProtoAttemptGroup($0, \.self) }
        }
    }
}

/// Ascending indices of images as the first one and the steps between them, which are small numbers.
enum IndexSteps {
    static func steps(_ indices: [UInt32]) -> [UInt32] {
        var previous: UInt32?
        return indices.map { index in
            precondition(previous.map { $0 < index } ?? true, "indices of a shard ascend")
            defer { previous = index }
            return index - (previous ?? 0)
        }
    }

    /// The indices of the images of `shard`.
    static func indices(_ steps: [UInt32], of shard: Shard, _ field: StaticString) throws(WireError) -> [UInt32] {
        guard steps.count == shard.count else {
            throw .invalidField("\(field)", reason: "\(steps.count) indices for \(shard.count) images")
        }
        var indices: [UInt32] = []
        indices.reserveCapacity(steps.count)
        for step in steps {
            let (index, overflow) = (indices.last ?? 0).addingReportingOverflow(step)
            guard !overflow, indices.isEmpty || step > 0 else {
                throw .invalidField("\(field)", reason: "indices must ascend and stay below 2^32")
            }
            indices.append(index)
        }
        return indices
    }
}
