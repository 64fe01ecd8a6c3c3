// BitSweep
// SPDX-License-Identifier: Apache-2.0

import ResultStore
import Statistics
public import Vocabulary

extension RunAnswers {
    /// The claims (a) to (i) of the paper and (j) to (l) of newer work, put to every model, data set and seed of the run
    /// that they are about.
    ///
    /// All rows that were measured are one family of questions, adjusted by Holm's method.
    ///
    /// - Parameter checkpoints: What checkpoints say of themselves, by their digests.
    /// - Returns: A row for each measurement, and one for each claim that nothing was measured of.
    /// - Throws: `ResultStoreError`.
    public func claims(checkpoints: [Digest: CheckpointFacts] = [:]) throws -> Answer<ClaimRow> {
        try ClaimQuestions([self], checkpoints: checkpoints).claims()
    }
}

/// Claims, put to runs of one store together.
public struct ClaimQuestions {
    private let runs: [RunAnswers]
    private let reader: ClaimsReader
    private var settings: AnswerSettings { reader.answers.settings }

    /// Reads what claims are put to.
    ///
    /// - Parameters:
    ///   - runs: Questions to runs of one store, at least one, with the same settings; a cell that several have is one.
    ///   - checkpoints: What checkpoints say of themselves, by their digests.
    /// - Throws: `ResultStoreError`.
    public init(_ runs: [RunAnswers], checkpoints: [Digest: CheckpointFacts] = [:]) throws {
        precondition(!runs.isEmpty, "claims are put to at least one run")
        self.runs = runs
        reader = try ClaimsReader(runs, checkpoints: checkpoints)
    }

    /// Each claim as it is most likely meant.
    ///
    /// - Returns: A row for each measurement, and one for each claim that nothing was measured of.
    /// - Throws: `ResultStoreError`.
    public func claims() throws -> Answer<ClaimRow> {
        let measurements = try [ClaimMeasurement](Claim.all, reader)
        let decided = measurements.decided(settings)
        let rows = Claim.all.flatMap { claim in
            let own = zip(measurements, decided).filter { $0.0.claim.letter == claim.letter }.map(\.1)
            return own.isEmpty ? [claim.unmeasured(settings)] : own
        }
        let unmeasured = rows.filter { $0.state == .notMeasured }.map { "(\($0.claim)) \($0.reason)." }
        return Answer(rows: rows, notes: notes + unmeasured + [basis(decided.count, "measured row")])
    }

    /// Each claim under every reading of the paper that there are cells for.
    ///
    /// - Returns: A row for each measurement, those of a claim together.
    /// - Throws: `ResultStoreError`.
    public func readings() throws -> Answer<ReadingRow> {
        let all = try [ClaimMeasurement](Claim.all, reader, readings: [.likeliest] + reader.readings)
        let measurements = ReadingGroups.largest(all, of: reader)
        let groups = ReadingGroups(reader)
        let rows = zip(measurements, measurements.decided(settings)).map { groups.row($0, $1) }
        let asked = Set(rows.map(\.claim))
        let unmeasured = Claim.all.filter { !asked.contains($0.letter) }.map { "(\($0.letter)) needs \($0.needs)." }
        return Answer(rows: rows, notes: notes + unmeasured + [basis(rows.count, "measurement")])
    }

    private var notes: [String] { runs.flatMap(\.notes) }

    private func basis(_ count: Int, _ what: String) -> String {
        "Smallest effects: \(AnswerTable.significant(settings.smallestEffect)) bits per dimension for 'robust' and "
            + "\(AnswerTable.significant(settings.obviousEffect)) for 'obvious'. Holds and fails: at 5 % by one-sided tests "
            + "with the bootstrap's standard error, adjusted by Holm over all \(counted(count, what)). Intervals: "
            + "\(settings.levelText) BCa over images, \(grouped(settings.replicates)) replicates, seed \(settings.seed); "
            + "training seeds are never pooled. A model is asked about the data set that its checkpoint, or else its name, "
            + "says it was trained on, and about all where neither says one. Effects of areas under ROC curves: DeLong on "
            + "the logit scale."
    }
}
