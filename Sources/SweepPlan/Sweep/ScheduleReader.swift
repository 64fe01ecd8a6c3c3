// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// Reads `schedule`: limits of time and of failures, and the audited fraction.
struct ScheduleReader {
    private static let timeLimit = DocumentKey.duration(
        "time-limit",
        "The longest that one attempt at a shard may take; without it, a worker that shows life is never given up."
    )
    private static let maximumFailures = DocumentKey.integer(
        "max-failures",
        in: 1...Int(Int32.max),
        "When this many shards have failed, the run ends as failed."
    )
    private static let audit = DocumentKey.real(
        "audit",
        in: 0...1,
        standard: 0,
        "The fraction of shards that a worker of another key and another host computes again, to be compared."
    )
    static let keys = KeyTable([timeLimit.facts, maximumFailures.facts, audit.facts])

    let document: DocumentReader

    func read(_ node: SourceNode?) -> SweepSchedule {
        var schedule = SweepSchedule()
        guard let node, let fields = document.fields(node, of: "schedule", known: Self.keys) else { return schedule }
        schedule.timeLimit = fields.value(Self.timeLimit)
        schedule.maximumFailures = fields.value(Self.maximumFailures)
        schedule.auditFraction = fields.value(Self.audit)
        return schedule
    }
}
