// BitSweep
// SPDX-License-Identifier: Apache-2.0

import SweepPlan

extension ShardResult {
    var proto: ProtoShardResult {
        var proto = ProtoShardResult()
        proto.attempt = attempt.proto
        proto.indexSteps = IndexSteps.steps(table.indices)
        proto.columns = table.columns.map { column in
            var proto = ProtoColumn()
            proto.name = column.name
            proto.values = column.values
            return proto
        }
        proto.computeSeconds = computeSeconds
        proto.nonFinite = UInt64(nonFinite)
        return proto
    }

    init(_ proto: ProtoShardResult) throws(WireError) {
        let attempt = try AttemptIdentity(proto.attempt, "shard_result.attempt")
        let indices = try IndexSteps.indices(proto.indexSteps, of: attempt.shard, "shard_result.index_steps")
        self.init(
            attempt: attempt,
            table: ResultTable(indices: indices, columns: try Self.columns(proto.columns, rows: indices.count)),
            computeSeconds: try FieldCheck.magnitude(proto.computeSeconds, "shard_result.compute_seconds")
        )
        guard proto.nonFinite == UInt64(nonFinite) else {
            let reason = "\(proto.nonFinite), but the table holds \(nonFinite)"
            throw .invalidField("shard_result.non_finite", reason: reason)
        }
    }

    private static func columns(_ protos: [ProtoColumn], rows: Int) throws(WireError) -> [ResultTable.Column] {
        let limit = min(WireLimits.columnsPerTable, WireLimits.valuesPerTable / rows)
        var columns: [ResultTable.Column] = []
        var names: Set<String> = []
        for proto in try FieldCheck.list(protos, "shard_result.columns", limit: limit) {
            let name = try FieldCheck.name(proto.name, "shard_result.columns.name")
            guard names.insert(name).inserted else {
                throw .invalidField("shard_result.columns", reason: "two are called '\(name)'")
            }
            guard proto.values.count == rows else {
                let reason = "'\(name)' has \(proto.values.count) values for \(rows) images"
                throw .invalidField("shard_result.columns", reason: reason)
            }
            columns.append(ResultTable.Column(name: name, values: proto.values))
        }
        guard columns.first?.name == "bpd" else {
            throw .invalidField("shard_result.columns", reason: "the first must be 'bpd'")
        }
        return columns
    }
}
