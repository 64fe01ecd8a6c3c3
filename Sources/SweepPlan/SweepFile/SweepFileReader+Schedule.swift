// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Vocabulary

extension SweepFileReader {
    /// Reads `schedule`: limits of time and of failures, and the audited fraction.
    mutating func readSchedule(_ node: SourceNode) -> SweepSchedule {
        var schedule = SweepSchedule()
        guard let fields = fields(node, of: "schedule", known: ["time-limit", "max-failures", "audit"]) else {
            return schedule
        }
        if let field = fields["time-limit"] { schedule.timeLimit = duration(field.value, of: "time-limit") }
        if let field = fields["max-failures"],
            let count = code(field.value, of: "max-failures", in: .integer(1...Int(Int32.max)))
        {
            schedule.maximumFailures = Int(count)
        }
        if let field = fields["audit"], let fraction = code(field.value, of: "audit", in: .real(0...1)) {
            schedule.auditFraction = Double(bitPattern: fraction)
        }
        return schedule
    }

    mutating func duration(_ node: SourceNode, of what: String) -> Duration? {
        guard case .scalar(let text, _) = node.content, let duration = DurationText.duration(text) else {
            report("\(what) must be a duration such as 90s, 45m, 2h or 1:30:00", at: node.position)
            return nil
        }
        return duration
    }
}
