// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// Reads `schedule`: limits of time and of failures, and the audited fraction.
struct ScheduleReader {
    let document: DocumentReader

    func read(_ node: SourceNode?) -> SweepSchedule {
        var schedule = SweepSchedule()
        guard let node,
            let fields = document.fields(node, of: "schedule", known: ["time-limit", "max-failures", "audit"])
        else { return schedule }
        schedule.timeLimit = fields.duration("time-limit")
        schedule.maximumFailures = fields.integer("max-failures", in: 1...Int(Int32.max))
        schedule.auditFraction = fields.real("audit", in: 0...1) ?? 0
        return schedule
    }
}
