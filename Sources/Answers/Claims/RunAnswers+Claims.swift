// BitSweep
// SPDX-License-Identifier: Apache-2.0

import ResultStore
import Statistics
import Vocabulary

extension RunAnswers {
    /// The claims (a) to (i) of the paper and (j) to (l) of newer work, put to every model, data set and seed of the run
    /// that they are about.
    ///
    /// All rows that were measured are one family of questions, adjusted by Holm's method.
    ///
    /// - Throws: `ResultStoreError`.
    public func claims() throws -> Answer<ClaimRow> {
        let reader = try ClaimsReader(self)
        var rows: [ClaimRow] = []
        var tests: [(row: Int, support: Double, objection: Double)] = []
        for claim in Claim.all {
            let (found, assertion) = (try claim.measure(reader), claim.claimed(settings))
            if found.isEmpty { rows.append(claim.unmeasured(settings)) }
            for finding in found {
                tests.append((rows.count, assertion.support(finding.effect), assertion.objection(finding.effect)))
                rows.append(claim.row(finding, settings))
            }
        }
        let support = Multiplicity.holm(tests.map(\.support))
        let objection = Multiplicity.holm(tests.map(\.objection))
        for (place, test) in tests.enumerated() {
            rows[test.row].decide(support: support[place], objection: objection[place])
        }
        let unmeasured = rows.filter { $0.state == .notMeasured }.map { "(\($0.claim)) \($0.reason)." }
        return Answer(rows: rows, notes: notes + unmeasured + [claimsBasis(count: tests.count)])
    }

    private func claimsBasis(count: Int) -> String {
        "Smallest effects: \(AnswerTable.significant(settings.smallestEffect)) bits per dimension for 'robust' and "
            + "\(AnswerTable.significant(settings.obviousEffect)) for 'obvious'. Holds and fails: at 5 % by one-sided tests "
            + "with the bootstrap's standard error, adjusted by Holm over all \(counted(count, "measured row")). Intervals: "
            + "\(settings.levelText) BCa over images, \(grouped(settings.replicates)) replicates, seed \(settings.seed); "
            + "training seeds are never pooled. A model is asked about the data set that its name says it was trained on, and "
            + "about all where it says none. Effects of areas under ROC curves: DeLong on the logit scale."
    }
}

extension ClaimRow {
    /// Says what adjusted p values decide.
    fileprivate mutating func decide(support: Double, objection: Double) {
        // log₁₀ 0.05.
        let bar = -1.3010299956639813
        state = support <= bar ? .holds : objection <= bar ? .fails : .undecided
        adjustedLog10P = state == .fails ? objection : support
    }
}
