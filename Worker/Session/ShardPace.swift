// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Vocabulary
import WireProtocol

/// How long shards take here, as far as they were measured.
struct ShardPace {
    private struct Work: Hashable {
        var model: Digest
        var transform: String

        init(_ assignment: Assignment) {
            (model, transform) = (assignment.spec.model.digest, assignment.spec.transform.name)
        }
    }

    /// Share of an estimate that a quicker shard leaves of it; a slower one replaces it.
    private static let memory = 0.9
    /// What an estimate is multiplied by: a shard that ends too late is computed twice.
    private static let caution = 1.25

    private var secondsPerImage: [Work: Double] = [:]

    mutating func record(_ assignment: Assignment, _ time: Duration) {
        let measured = time / .seconds(1) / Double(max(assignment.spec.indices.count, 1))
        let work = Work(assignment)
        secondsPerImage[work] = max(measured, (secondsPerImage[work] ?? 0) * Self.memory)
    }

    /// The time to expect of `assignment`; that of the slowest known work where this one is new, zero when nothing is
    /// known.
    func expected(_ assignment: Assignment) -> Duration {
        let seconds = secondsPerImage[Work(assignment)] ?? secondsPerImage.values.max() ?? 0
        return .seconds(seconds * Double(assignment.spec.indices.count) * Self.caution)
    }
}
