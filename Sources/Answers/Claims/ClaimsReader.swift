// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Datasets
import ResultStore
import Statistics
import SweepPlan
import Vocabulary

/// Measures what claims are about, from the cells that a run has.
struct ClaimsReader {
    let answers: RunAnswers
    let subjects: [ScoredSubject]
    private let sweep: Sweep?

    init(_ answers: RunAnswers) throws {
        self.answers = answers
        sweep = try? RunDatasets(of: answers.run, in: answers.store, library: DatasetLibrary()).sweep
        var bootstraps: [[Int]: StratifiedBootstrap] = [:]
        var subjects: [ScoredSubject] = []
        for (subject, identity) in answers.identities.sorted(by: { $0.value.ordinal < $1.value.ordinal })
        where answers.filter.ofSubjects.matches(identity) && identity.recordedImages > 0 {
            let columns = try answers.store.values(of: identity.id)
            let labels = columns.labels.map { Int($0) }
            let settings = answers.settings
            let bootstrap =
                bootstraps[labels]
                ?? StratifiedBootstrap(labels: labels, seed: settings.seed, replicates: settings.replicates)
            bootstraps[labels] = bootstrap
            subjects.append(
                ScoredSubject(
                    subject: subject,
                    identity: identity,
                    traits: ModelTraits(columns),
                    columns: columns,
                    transformed: answers.transformed[subject] ?? [],
                    bootstrap: bootstrap
                )
            )
        }
        self.subjects = subjects
    }

    /// The differences of a cell, one for each image of the untransformed one; not a number where there is none.
    func differences(_ cell: RunCell, of subject: ScoredSubject, column: String = "bpd") throws -> [Double]? {
        let after = try answers.store.values(of: cell.id) { $0 == column }
        guard let values = after[column], let before = subject.columns[column] else { return nil }
        if after.indices == subject.columns.indices { return zip(values, before).map { Double($0) - Double($1) } }
        let known = Dictionary(zip(after.indices, values)) { first, _ in first }
        return zip(subject.columns.indices, before).map { index, before in
            known[index].map { Double($0) - Double(before) } ?? .nan
        }
    }

    /// The mean of values, one for each image of the subject.
    func mean(_ values: [Double], of subject: ScoredSubject) -> MeasuredEffect? {
        subject.bootstrap.means(of: values).overall.map { MeasuredEffect($0, level: answers.settings.level) }
    }

    /// Whether the data set is the built-in one of that name; by its own name where the sweep file cannot be read.
    func isBuiltin(_ name: String, _ subject: Subject) -> Bool {
        guard let sweep, let source = sweep.datasets[subject.dataset] else { return subject.dataset == name }
        return source == .builtin(name)
    }

    /// The subjects whose models were trained on their data sets, as far as names tell; those of which no name tells.
    ///
    /// A model whose name says `fashion` is Fashion-MNIST's, one whose name says `mnist` alone is MNIST's.
    var own: [ScoredSubject] {
        subjects.filter { subject in
            let name = subject.subject.model.lowercased()
            if name.contains("fashion") { return isBuiltin("fashion-mnist", subject.subject) }
            if name.contains("mnist") { return isBuiltin("mnist", subject.subject) }
            return true
        }
    }

    /// Whether the model was trained on Fashion-MNIST, as far as its name tells: a run does not know.
    func isFashionTrained(_ subject: Subject) -> Bool { subject.model.lowercased().contains("fashion") }
}
