// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Vocabulary

extension ShardResult {
    var proto: ProtoShardResult {
        var proto = ProtoShardResult()
        proto.attempt = attempt.proto
        proto.indexSteps = IndexSteps.steps(table.indices)
        proto.columns = table.columns.map { ProtoColumn(name: $0.name, values: $0.values) }
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
            computeSeconds: try FieldCheck.seconds(proto.computeSeconds, "shard_result.compute_seconds")
        )
        try Self.check(proto.nonFinite, of: table.columns)
    }

    /// The count that the writer made of NaN and infinite values tells whether they came through.
    static func check(_ nonFinite: UInt64, of columns: [ResultTable.Column]) throws(WireError) {
        let found = columns.nonFinite
        guard nonFinite == UInt64(found) else {
            throw .invalidField("shard_result.non_finite", reason: "\(nonFinite), but the table holds \(found)")
        }
    }

    /// Columns of `rows` values, one for each image of a shard or a group; `rows` is not 0.
    static func columns(_ protos: [ProtoColumn], rows: Int) throws(WireError) -> [ResultTable.Column] {
        let limit = min(WireLimits.columnsPerTable, WireLimits.valuesPerTable / rows)
        var columns: [ResultTable.Column] = []
        var names: Set<String> = []
        for proto in try FieldCheck.list(protos, "shard_result.columns", limit: limit) {
            let name = try FieldCheck.column(proto.name, "shard_result.columns.name")
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

extension ProtoColumn {
    init(name: String, values: [Float]) {
        self.init()
        self.name = name
        self.values = values
    }
}
