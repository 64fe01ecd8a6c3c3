// BitSweep
// SPDX-License-Identifier: Apache-2.0

public import Vocabulary

extension CoordinatorMessage {
    /// The fewest messages that assign all of `assignments` in their order, each within the limits of a batch.
    public static func batches(assigning assignments: [Assignment]) -> [CoordinatorMessage] {
        BatchMeter.batches(of: assignments).map { .assign(Array($0)) }
    }

    /// The same messages, in which `mark` marks what is handed out together.
    public static func batches(
        assigning assignments: [Assignment],
        mark: ([AttemptIdentity]) -> [UInt8]
    ) -> [CoordinatorMessage] {
        BatchMeter.batches(of: assignments).map { .assign(Array($0).granted(mark)) }
    }
}

extension ProtoEnvelope.OneOf_Kind {
    /// A single assignment goes as protocol 1.0 has it, for workers that know no batches.
    init(assigning assignments: [Assignment]) {
        if assignments.count == 1, let only = assignments.first {
            self = .assign(only.proto)
            return
        }
        let groups = assignments.runs { $0.isOfGroup(of: $1) }
        precondition(BatchMeter.areWithinLimits(groups), "larger batches go in several messages")
        var batch = ProtoAssignBatch()
        batch.groups = groups.map(ProtoAssignGroup.init)
        self = .assignBatch(batch)
    }
}

extension Assignment: Batched {
    var imageCount: Int { spec.indices.count }
    var columnCount: Int { 0 }

    /// Whether both can be in one group: all but the shard and the attempt's number is the same.
    func isOfGroup(of other: Assignment) -> Bool {
        attempt.isOfGroup(of: other.attempt) && spec.isOfCell(of: other.spec)
    }

    static func list(_ batch: ProtoAssignBatch) throws(WireError) -> [Assignment] {
        var assignments: [Assignment] = []
        var meter = BatchMeter()
        for group in batch.groups {
            let limit = WireLimits.attemptsPerBatch - meter.attempts
            let attempts = try AttemptIdentity.list(group.attempts, "assign.attempt", limit: limit)
            try meter.add(attempts, "assign_batch")
            try append(group, attempts, to: &assignments)
        }
        return assignments
    }

    private static func append(
        _ group: ProtoAssignGroup,
        _ attempts: [AttemptIdentity],
        to assignments: inout [Assignment]
    ) throws(WireError) {
        let model = try ModelSpec(group.model)
        let dataset = try DatasetSpec(group.dataset)
        let transform = try TransformSpec(group.transform, "assign.transform")
        let images = attempts.reduce(0) { $0 + $1.shard.count }
        var shares = try GroupShares(group.indices, images: images, "assign.indices")
        let grants = try GroupGrants(group.marks, of: attempts, "assign.marks")
        assignments.reserveCapacity(assignments.count + attempts.count)
        for (position, attempt) in attempts.enumerated() {
            let spec = ShardSpec(
                model: model,
                dataset: dataset,
                transform: transform,
                seed: group.seed,
                indices: try shares.next(attempt.shard.count).indices
            )
            var assignment = Assignment(attempt: attempt, spec: spec)
            assignment.grant = grants.grant(at: position)
            assignments.append(assignment)
        }
    }
}

extension ProtoAssignGroup {
    init(_ assignments: ArraySlice<Assignment>) {
        self.init()
        guard let first = assignments.first else { return }
        attempts = ProtoAttemptGroup(assignments, \.attempt)
        model = first.spec.model.proto
        dataset = first.spec.dataset.proto
        transform = first.spec.transform.proto
        seed = first.spec.seed
        indices = ProtoIndexRuns(assignments, \.spec.indices)
        marks = assignments.marks
    }
}
