// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Reporting
import Vocabulary
import WireProtocol

/// What is printed of a run where nothing can be rewritten: a line for each change of state, and one now and then.
package struct RunLines: Sendable {
    /// For how many seconds nothing is printed while nothing but the figures changes.
    package static let silence = 30.0
    /// Columns of a line's progress.
    private static let width = 200

    /// What a line is printed for when it changes.
    private struct Condition: Hashable {
        var state: String
        var workers: Int
        var failedShards: Int
        var pauseReason: String?
        var trouble: String
        var trainings: Int
    }

    private var condition: Condition?
    private var printed = -Double.infinity
    private var outage: String?

    package init() {}

    /// The lines that are due, as a rule none.
    package mutating func lines(for facts: RunStanding, at now: Double) -> [String] {
        let new = Condition(
            state: facts.state,
            workers: facts.workerCount,
            failedShards: facts.progress.failedShards,
            pauseReason: facts.pauseReason,
            trouble: facts.progress.trouble,
            trainings: facts.trainings.count
        )
        let isBack = outage != nil
        outage = nil
        guard new != condition || isBack || now - printed >= Self.silence else { return [] }
        condition = new
        printed = now
        let reason = facts.pauseReason.map { " · \($0)" } ?? ""
        return ["\(facts.title)\(reason) · \(facts.progress.text(width: Self.width, bar: false))"]
    }

    /// The lines that are due when the source cannot be reached.
    package mutating func lines(forOutage reason: String, at now: Double) -> [String] {
        guard outage == nil else { return [] }
        outage = reason
        return ["reconnecting: \(reason)"]
    }
}
