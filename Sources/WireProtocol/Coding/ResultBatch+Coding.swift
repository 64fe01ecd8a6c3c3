// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Vocabulary

extension WorkerMessage {
    /// The fewest messages that report all of `results` in their order, each within the limits of a batch.
    public static func batches(reporting results: [ShardResult]) -> [WorkerMessage] {
        BatchMeter.batches(of: results).map { .results(Array($0)) }
    }
}

extension ProtoEnvelope.OneOf_Kind {
    /// A single result goes as protocol 1.0 has it, for coordinators that know no batches.
    init(reporting results: [ShardResult]) {
        if results.count == 1, let only = results.first {
            self = .shardResult(only.proto)
            return
        }
        let groups = results.runs { $0.isOfGroup(of: $1) }
        precondition(BatchMeter.areWithinLimits(groups), "larger batches go in several messages")
        var batch = ProtoResultBatch()
        batch.groups = groups.map(ProtoResultGroup.init)
        self = .resultBatch(batch)
    }
}

extension ShardResult: Batched {
    var imageCount: Int { table.indices.count }
    var columnCount: Int { table.columns.count }

    /// Whether both can be in one group: shards of one cell, tables with the same columns.
    func isOfGroup(of other: ShardResult) -> Bool {
        attempt.isOfGroup(of: other.attempt)
            && table.columns.elementsEqual(other.table.columns) { $0.name == $1.name }
    }

    static func list(_ batch: ProtoResultBatch) throws(WireError) -> [ShardResult] {
        var results: [ShardResult] = []
        var meter = BatchMeter()
        for group in batch.groups {
            let limit = WireLimits.attemptsPerBatch - meter.attempts
            let attempts = try AttemptIdentity.list(group.attempts, "shard_result.attempt", limit: limit)
            try meter.add(attempts, columns: group.columns.count, "result_batch")
            try append(group, attempts, to: &results)
        }
        return results
    }

    private static func append(
        _ group: ProtoResultGroup,
        _ attempts: [AttemptIdentity],
        to results: inout [ShardResult]
    ) throws(WireError) {
        let images = attempts.reduce(0) { $0 + $1.shard.count }
        let columns = try columns(group.columns, rows: images)
        var shares = try GroupShares(group.indices, images: images, "shard_result.indices")
        guard group.computeSeconds.count == attempts.count else {
            let reason = "\(group.computeSeconds.count) times for \(attempts.count) attempts"
            throw .invalidField("shard_result.compute_seconds", reason: reason)
        }
        try check(group.nonFinite, of: columns)
        results.reserveCapacity(results.count + attempts.count)
        for (attempt, seconds) in zip(attempts, group.computeSeconds) {
            let (positions, indices) = try shares.next(attempt.shard.count)
            let table = ResultTable(
                indices: indices,
                columns: columns.map { .init(name: $0.name, values: Array($0.values[positions])) }
            )
            let time = try FieldCheck.seconds(seconds, "shard_result.compute_seconds")
            results.append(ShardResult(attempt: attempt, table: table, computeSeconds: time))
        }
    }
}

extension ProtoResultGroup {
    fileprivate init(_ results: ArraySlice<ShardResult>) {
        self.init()
        attempts = ProtoAttemptGroup(results, \.attempt)
        indices = ProtoIndexRuns(results, \.table.indices)
        computeSeconds = results.map(\.computeSeconds)
        nonFinite = results.reduce(0) { $0 + UInt64($1.nonFinite) }
        columns = (results.first?.table.columns ?? []).enumerated().map { position, column in
            var values: [Float] = []
            values.reserveCapacity(results.count * column.values.count)
            for result in results { values += result.table.columns[position].values }
            return ProtoColumn(name: column.name, values: values)
        }
    }
}
